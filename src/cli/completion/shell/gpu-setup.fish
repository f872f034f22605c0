# fish completion of gpu-setup, made by "gpu-setup completions fish".

function __gpu_setup_ask
    set -l program (commandline -opc)[1]
    $program @MODE@ $argv[1] 2>/dev/null </dev/null
end

# The same as a list with commas: what was typed already stands before each.
function __gpu_setup_ask_list
    set -l before (commandline -ct | string match -r '^(?:--[a-z-]+=)?(.*,)')[2]
    for word in (__gpu_setup_ask $argv[1])
        echo $before$word
    end
end

# The command that a word stands for.
function __gpu_setup_command
    switch $argv[1]
@ALIASES@
        case '*'
            echo -- $argv[1]
    end
end

# The command and the position of the word at the cursor behind it; nothing behind a lone --.
function __gpu_setup_place
    set -l tokens (commandline -opc)
    set -e tokens[1]
    set -l name
    set -l position 0
    set -l skip no
    for token in $tokens
        if test $skip = yes
            set skip no
            continue
        end
        switch $token
            case --
                contains -- "$name" @PASSING@; and return 1
            case '-*'
                contains -- "$name $token" @VALUED@; and set skip yes
            case '*'
                if test -z "$name"
                    set name (__gpu_setup_command $token)
                end
                set position (math $position + 1)
        end
    end
    echo $name
    test -z "$name"; and set position 0
    # The value of a flag is no word of the command.
    test $skip = yes; and set position -1
    echo $position
end

# No command yet.
function __gpu_setup_no_command
    set -l place (__gpu_setup_place); or return 1
    test -z "$place[1]"
end

# A command of this name: __gpu_setup_in NAME; at its Nth word: NAME N; at its Nth or a later one: NAME N +
function __gpu_setup_in
    set -l place (__gpu_setup_place); or return 1
    test "$place[1]" = "$argv[1]"; or return 1
    set -q argv[2]; or return 0
    if set -q argv[3]
        test $place[2] -ge $argv[2]
    else
        test $place[2] -eq $argv[2]
    end
end

# Whether the word at the cursor belongs to a program behind --.
function __gpu_setup_program
    set -l tokens (commandline -opc)
    contains -- -- $tokens; or return 1
    contains -- "$tokens[2]" @PASSING@
end

function __gpu_setup_program_words
    set -l tokens (commandline -opc)
    set -e tokens[1..(contains -i -- -- $tokens)]
    complete -C (string join ' ' -- (string escape -- $tokens) (commandline -ct))
end

for program in @NAMES@
    complete -c $program -f
    complete -c $program -n __gpu_setup_program -x -a '(__gpu_setup_program_words)'
@TABLE@
end
