;;; companion.el --- The language server in a real Emacs  -*- lexical-binding: t -*-

;; emacs --batch -L DAPE -L .. -l companion.el NOTEBOOK
;; The second line of NOTEBOOK is `item = 4711', and another of its cells does not parse.

;;; Code:

(require 'dap-kernel)
(require 'eglot)

(defun companion-until (what test)
  "Wait until TEST answers non-nil; return that.  WHAT is awaited."
  (let ((deadline (+ (float-time) 30)) found)
    (while (not (setq found (funcall test)))
      (when (> (float-time) deadline) (error "Waited in vain for %s" what))
      (accept-process-output nil 0.05))
    (princ (format "%s\n" what))
    found))

(defun companion-hover ()
  "Return what a hover over the second line's name says, or nil."
  (goto-char (point-min))
  (forward-line 1)
  (when-let* ((answer (jsonrpc-request (eglot-current-server) :textDocument/hover
                                       (eglot--TextDocumentPositionParams))))
    (format "%s" answer)))

(setq dape-buffer-window-arrangement nil
      eglot-server-programs
      `((python-mode ,dap-kernel-command ,@(butlast (dap-kernel--arguments)) "lsp")))
(find-file (pop command-line-args-left))
(python-mode)
(apply #'eglot (eglot--guess-contact))
(companion-until "the connection" #'eglot-current-server)
(companion-until "the diagnostic of the cell that does not parse"
                 (lambda () (cl-some (lambda (it) (string-search "does not parse" (flymake-diagnostic-text it)))
                                     (flymake-diagnostics))))
(let ((buffer (current-buffer)))
  (dap-kernel-debug)
  (companion-until "the live value in a hover"
                   (lambda () (with-current-buffer buffer
                                (string-search "4711" (or (companion-hover) ""))))))
(dape-quit)
(companion-until "the session's end" (lambda () (not (dape--live-connection 'parent t))))
(princ "WELL\n")
;;; companion.el ends here
