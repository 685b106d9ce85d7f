;;; dap-kernel.el --- Debug notebooks with dape  -*- lexical-binding: t; -*-

;; Version: 0.1.0
;; Package-Requires: ((emacs "29.1") (dape "0.20.0"))
;; Keywords: languages, tools
;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; Debugs marimo, Jupyter and percent notebooks and plain scripts through
;; the dap-kernel server.  `M-x dap-kernel-debug' starts a session of the
;; current buffer's file; the commands here run cells in it.  The line that
;; runs is highlighted while a cell runs.

;;; Code:

(require 'dape)

(defgroup dap-kernel nil
  "Debug notebooks with dape."
  :prefix "dap-kernel-"
  :group 'dape)

(defcustom dap-kernel-command "dap-kernel"
  "The server's program, or the Python that has it installed.
A name that contains \"python\" is run as `NAME -P -m dap_kernel'."
  :type 'string)

(defcustom dap-kernel-live-line t
  "Whether to highlight the line that runs."
  :type 'boolean)

(defface dap-kernel-live-line '((t :inherit highlight :extend t))
  "The line that runs.")

(defvar dap-kernel--overlay nil)

(defun dap-kernel--arguments ()
  "Arguments of the server's program."
  (if (string-match-p "python" (file-name-nondirectory dap-kernel-command))
      '("-P" "-m" "dap_kernel" "dap")
    '("dap")))

(defun dap-kernel--file ()
  "Return the absolute path of the current buffer's file."
  (unless buffer-file-name
    (user-error "This buffer has no file: save it first"))
  (tramp-file-local-name (expand-file-name buffer-file-name)))

(defconst dap-kernel--server
  '(modes (python-mode python-ts-mode js-json-mode json-ts-mode)
    ensure dape-ensure-command
    command dap-kernel-command
    command-args dap-kernel--arguments
    command-cwd dape-command-cwd
    :type "dap-kernel"
    :notebookEvents t)
  "What both configurations share.")

(add-to-list
 'dape-configs
 `(dap-kernel-attach ,@dap-kernel--server :request "attach" :notebook dap-kernel--file))

(add-to-list
 'dape-configs
 `(dap-kernel ,@dap-kernel--server :request "launch" :program dap-kernel--file))

;;; Commands

;;;###autoload
(defun dap-kernel-debug ()
  "Debug the current buffer's notebook or script."
  (interactive)
  (dape (dape--config-eval 'dap-kernel nil)))

;;;###autoload
(defun dap-kernel-attach ()
  "Debug the kernel that the current buffer's notebook was left with."
  (interactive)
  (dape (dape--config-eval 'dap-kernel-attach nil)))

(defun dap-kernel--request (command arguments)
  "Send COMMAND with ARGUMENTS to the session; show what it refuses."
  (let ((conn (dape--live-connection 'parent)))
    (dape-request conn command arguments
                  (lambda (_body error)
                    (when error (message "dap-kernel: %s" error))))))

(defun dap-kernel--run (run)
  "Save the current buffer, then run the cells that RUN names."
  (when (and buffer-file-name (buffer-modified-p)) (save-buffer))
  (dap-kernel--request :notebookRun `(:run ,run)))

(defun dap-kernel--run-here (where)
  "Run the cells that WHERE names by the line at point of this buffer's file."
  (let ((file (dap-kernel--file)))
    (when (buffer-modified-p) (save-buffer))
    (dap-kernel--request
     :notebookRun `(:run (,where ,(line-number-at-pos nil t)) :path ,file))))

;;;###autoload
(defun dap-kernel-run-cell ()
  "Run the cell at point."
  (interactive)
  (dap-kernel--run-here :at))

;;;###autoload
(defun dap-kernel-run-above ()
  "Run the cells above the one at point."
  (interactive)
  (dap-kernel--run-here :above))

;;;###autoload
(defun dap-kernel-run-below ()
  "Run the cell at point and those below it."
  (interactive)
  (dap-kernel--run-here :below))

;;;###autoload
(defun dap-kernel-run-stale ()
  "Run the cells that have changed, failed or never run."
  (interactive)
  (dap-kernel--run "stale"))

;;;###autoload
(defun dap-kernel-run-all ()
  "Run all cells."
  (interactive)
  (dap-kernel--run "all"))

;;;###autoload
(defun dap-kernel-interrupt ()
  "Raise KeyboardInterrupt in the cell that runs."
  (interactive)
  (dap-kernel--request :notebookInterrupt nil))

;;; Events

(defun dap-kernel--forget-line ()
  "Take the highlight away."
  (when dap-kernel--overlay
    (delete-overlay dap-kernel--overlay)
    (setq dap-kernel--overlay nil)))

(cl-defmethod dape-handle-event (conn (_event (eql notebookLine)) body)
  "Highlight the line that BODY of CONN names; none: nothing runs."
  (dap-kernel--forget-line)
  (when-let* ((dap-kernel-live-line)
              (line (plist-get body :line))
              (path (plist-get (plist-get body :source) :path))
              (buffer (find-buffer-visiting (dape--file-name-local conn path))))
    (with-current-buffer buffer
      (save-excursion
        (save-restriction
          (widen)
          (goto-char (point-min))
          (forward-line (1- line))
          (setq dap-kernel--overlay
                (make-overlay (line-beginning-position) (line-beginning-position 2)))
          (overlay-put dap-kernel--overlay 'face 'dap-kernel-live-line)
          (overlay-put dap-kernel--overlay 'priority -50))))))

(cl-defmethod dape-handle-event :after (_conn (_event (eql stopped)) _body)
  "A stop has an arrow of its own."
  (dap-kernel--forget-line))

(cl-defmethod dape-handle-event :after (_conn (_event (eql terminated)) _body)
  "Nothing runs any more."
  (dap-kernel--forget-line))

(cl-defmethod dape-handle-event (_conn (_event (eql notebookKernel)) body)
  "Tell of a kernel that BODY says has died."
  (when (equal (plist-get body :state) "dead")
    (dap-kernel--forget-line)
    (message "dap-kernel: the kernel has ended%s"
             (if-let* ((reason (plist-get body :reason))) (concat ": " reason) ""))))

(provide 'dap-kernel)
;;; dap-kernel.el ends here
