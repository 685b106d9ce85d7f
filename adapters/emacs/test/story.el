;;; story.el --- A session in a real Emacs  -*- lexical-binding: t; -*-

;; emacs --batch -L DAPE -L .. -l story.el NOTEBOOK LINE VARIABLE VALUE
;; Stops at LINE, looks at VARIABLE, runs to the end, runs the cell at LINE and no
;; cell by a line of another file, runs all and interrupts; loses its server, and
;; attaches to the kernel that is left; edits nothing.

;;; Code:

(require 'dap-kernel)

(setq native-comp-enable-subr-trampolines nil) ; `message' is advised, and nothing compiled for that

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

(defun story-message (act)
  "Do ACT; return the first message of ours that follows."
  (let* ((found nil)
         (hear (lambda (format &rest args)
                 (when (and format (string-prefix-p "dap-kernel" format))
                   (setq found (apply #'format format args))))))
    (advice-add 'message :before hear)
    (unwind-protect (progn (funcall act) (story-until "a message" (lambda () found)))
      (advice-remove 'message hear))))

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
  (dap-kernel-debug)
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
  (story-until "what the server says first"
               (lambda () (with-current-buffer "*dape-repl*"
                            (string-search "; runs all 2 cells" (buffer-string)))))
  (dape-breakpoint-remove-all)
  (dape-continue (story-conn))
  (story-until "the live line"
               (lambda () (and story-lines dap-kernel--overlay)))
  (story-until "the idle stop"
               (lambda () (equal (dape--state-reason (story-conn)) "idle")))
  (when dap-kernel--overlay (error "The live line is still there"))
  (setq story-lines nil)
  (let ((other (make-temp-file "other" nil ".py" (make-string 20 ?\n))))
    (with-current-buffer (find-file-noselect other)
      (goto-char (point-max))
      (let ((said (story-message #'dap-kernel-run-cell)))
        (unless (string-search "is not the notebook that is debugged" said) (error "%s" said))))
    (delete-file other))
  (when story-lines (error "A line of another file has run a cell"))
  (dap-kernel-run-cell)
  (story-until "a run of the cell at point" (lambda () story-lines))
  (story-until "the idle stop after the cell"
               (lambda () (equal (dape--state-reason (story-conn)) "idle")))
  (setq story-lines nil)
  (dap-kernel-run-all)
  (story-until "a run of all cells" (lambda () story-lines))
  (dap-kernel-interrupt)
  (story-until "the idle stop after the interrupt"
               (lambda () (equal (dape--state-reason (story-conn)) "idle")))
  (signal-process (jsonrpc--process (story-conn)) 'KILL)
  (story-until "the server's end" (lambda () (not (story-conn))))
  (dap-kernel-attach)
  (story-until "the idle stop of the kernel that was left"
               (lambda () (and (story-conn) (equal (dape--state-reason (story-conn)) "idle"))))
  (let ((body (story-ask :evaluate `(:expression ,variable :context "repl"))))
    (unless (equal (plist-get body :result) value)
      (error "%s is now %s" variable (plist-get body :result))))
  (dape-quit)
  (story-until "the session's end" (lambda () (not (story-conn))))
  (princ "WELL\n"))
;;; story.el ends here
