// Another kernel for notebooks, where the workspace has a file other-kernel.txt: it says "other" to each cell. And
// Shift+Enter in Python files, as Python's extension has it.
const vscode = require('vscode');

exports.activate = (context) => {
  const controller = vscode.notebooks.createNotebookController('other', 'jupyter-notebook', 'Other kernel');
  controller.executeHandler = async (cells) => {
    for (const cell of cells) {
      const execution = controller.createNotebookCellExecution(cell);
      execution.start(Date.now());
      const text = vscode.NotebookCellOutputItem.text('said by the other kernel');
      await execution.replaceOutput([new vscode.NotebookCellOutput([text])]);
      execution.end(true, Date.now());
    }
  };
  const send = () => vscode.window.showInformationMessage('the selection was sent');
  context.subscriptions.push(controller, vscode.commands.registerCommand('tests.sendSelection', send));
};
