# What follows from a screener, safety plans, crisis lines
crisis-data-own-file = { $path }: { $flaw }
crisis-data-file-could-not-be-used = { $path } could not be used ({ $kind })
    .hint = check the file and its rights
crisis-line-checked = checked on { $on }
crisis-line-due = checked on { $on }, due to be checked again
crisis-line-unverified = unverified since { $on }
safety-plan-too-much = a line of a safety plan is short, and a step has at most 40 lines
safety-plan-blank = nothing is written in the safety plan
safety-paper-title = My safety plan
safety-paper-how = When it begins to get hard, go through the steps from the first. If you are in danger now, do not wait: call.
safety-paper-written = Written on
safety-paper-with = Written with
safety-paper-lines = Whom I can call at any time
safety-paper-footer = { $centre } · safety plan, revision { $revision }
