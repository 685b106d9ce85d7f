;;; story.el --- A session in a real Emacs  -*- lexical-binding: t; -*-

;; emacs --batch -L DAPE -L .. -l story.el NOTEBOOK LINE VARIABLE VALUE
;; Stops at LINE, looks at VARIABLE, runs to the end, edits nothing.

;;; Code:

(require 'dap-kernel)

(defvar story-deadline (+ (float-time) 60))
(defvar story-lines nil "Lines that `notebookLine' told of.")

(defun story-until (what test)
  "Wait until TEST answers non-nil; return that.  WHAT is awaited."
  (let (found)
    (while (not (setq found (funcall test)))
      (when (> (float-time) story-deadline)
        (princ (with-current-buffer (get-buffer-create "*dape-repl*") (buffer-string)))
        (error "Waited in vain for %s" what))
      (accept-process-output nil 0.02))
    (princ (format "%s\n" what))
    found))

(defun story-conn () (dape--live-connection 'parent t))

(defun story-ask (command arguments)
  "Return the response's body to COMMAND with ARGUMENTS."
  (let (answer)
    (dape-request (story-conn) command arguments
                  (lambda (body error) (setq answer (list body error))))
    (story-until (format "the response to %s" command) (lambda () answer))
    (when (cadr answer) (error "%s: %s" command (cadr answer)))
    (car answer)))

(cl-defmethod dape-handle-event :before (_conn (_event (eql notebookLine)) body)
  "Keep the line of BODY."
  (when-let* ((line (plist-get body :line))) (push line story-lines)))

(pcase-let ((`(,file ,line ,variable ,value) command-line-args-left))
  (setq command-line-args-left nil
        dape-repl-echo-shell-output nil
        dape-buffer-window-arrangement nil
        dape-info-hide-mode-line nil)
  (find-file file)
  (goto-char (point-min))
  (forward-line (1- (string-to-number line)))
  (dape-breakpoint-toggle)
  (dape (dape--config-eval 'dap-kernel nil))
  (story-until "a stop at the breakpoint"
               (lambda () (and (story-conn) (eq (dape--state (story-conn)) 'stopped)
                               (dape--current-stack-frame (story-conn)))))
  (let ((frame (dape--current-stack-frame (story-conn))))
    (unless (= (plist-get frame :line) (string-to-number line))
      (error "Stopped at %s" frame))
    (let ((body (story-ask :evaluate `(:expression ,variable :frameId ,(plist-get frame :id)
                                                   :context "hover"))))
      (unless (equal (plist-get body :result) value)
        (error "%s is %s" variable (plist-get body :result)))))
  (dape-breakpoint-remove-all)
  (dape-continue (story-conn))
  (story-until "the live line"
               (lambda () (and story-lines dap-kernel--overlay)))
  (story-until "the idle stop"
               (lambda () (equal (dape--state-reason (story-conn)) "idle")))
  (when dap-kernel--overlay (error "The live line is still there"))
  (setq story-lines nil)
  (dap-kernel-run-all)
  (story-until "a run of all cells" (lambda () story-lines))
  (dap-kernel-interrupt)
  (story-until "the idle stop after the interrupt"
               (lambda () (equal (dape--state-reason (story-conn)) "idle")))
  (dape-quit)
  (story-until "the session's end" (lambda () (not (story-conn))))
  (princ "WELL\n"))
;;; story.el ends here
