  ;; Answers with a body of a kind that does not exist (case 9 of 3).
  ;; The host must answer with the guest's 500.
  (data (i32.const 200) "\c8\00\00\00\00\00\00\00\00\00\00\00\09")
  (func $handle (param i32) (result i32) (i32.const 200))
