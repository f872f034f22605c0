# bash completion of gpu-setup, made by "gpu-setup completions bash". It needs no other package.

@TABLE@
# The words up to the cursor, as they were typed: bash takes cuda@10.0 and --file=x for three words each.
_gpu_setup_split() {
  local rest=${COMP_LINE:0:COMP_POINT} at piece
  words=()
  for ((at = 0; at <= COMP_CWORD; at++)); do
    piece=${COMP_WORDS[at]}
    if ((at == 0)) || [[ $rest == [[:space:]]* ]]; then words+=(''); fi
    rest=${rest#"${rest%%[![:space:]]*}"}
    ((${#piece} > ${#rest})) && piece=$rest
    words[${#words[@]} - 1]+=$piece
    rest=${rest:${#piece}}
  done
}

# One candidate, where it goes on from what was typed; of it, the part that bash replaces.
_gpu_setup_offer() {
  local whole=$before$1
  [[ $whole == "$typed"* ]] || return
  whole=${whole:${#kept}}
  case $quote in
    "'") whole=${whole//"'"/"'\\''"} ;;
    '"') whole=$(sed 's/["$`\\]/\\&/g' <<<"$whole") ;;
    *) printf -v whole %q "$whole" ;;
  esac
  COMPREPLY+=("$whole")
}

_gpu_setup_ask() {
  local word
  while IFS= read -r word; do _gpu_setup_offer "$2$word"; done < <(
    "${words[0]/#\~\//$HOME/}" @MODE@ "$1" 2>/dev/null </dev/null
  )
}

_gpu_setup_offer_codes() {
  local code word list=
  for code in "${codes[@]}"; do
    case $code in
      =*) _gpu_setup_offer "${code:1}" ;;
      command) for word in @COMMANDS@; do _gpu_setup_offer "$word"; done ;;
      \?*) _gpu_setup_ask "${code:1}" ;;
      ,*)
        [[ $value == *,* ]] && list=${value%,*},
        _gpu_setup_ask "${code:1}" "$list"
        ;;
      # Readline itself knows files best, with blanks, quotes and ~. It steps in where nothing else fits.
      file) compopt -o default 2>/dev/null ;;
      folder) compopt -o dirnames 2>/dev/null ;;
    esac
  done
}

# A program with its own arguments, and its own completion where there is one; it stands behind the word at $1.
_gpu_setup_program() {
  local at
  if declare -F _command_offset >/dev/null; then
    for ((at = 0; at < COMP_CWORD; at++)); do [[ ${COMP_WORDS[at]} == -- ]] && break; done
    _command_offset $((at + 1))
  elif (($1 + 2 == ${#words[@]})); then
    COMPREPLY=($(compgen -c -- "$typed" | sort -u))
  fi
  ((${#COMPREPLY[@]})) || compopt -o bashdefault -o default 2>/dev/null
}

# The codes of the word that stands at position $2 behind the command $1.
_gpu_setup_position() {
  local at
  _gpu_setup_word "$1 $2" && return
  for ((at = $2 - 1; at >= 0; at--)); do _gpu_setup_word "$1 >$at" && return; done
  codes=()
}

_gpu_setup() {
  local -a words codes
  local typed before='' kept='' value quote='' command='' flag='' at last position=1
  COMPREPLY=()
  _gpu_setup_split
  last=$((${#words[@]} - 1))
  typed=${words[last]}
  case $typed in
    [\"\']*) quote=${typed:0:1} typed=${typed:1} ;;
    *) typed=${typed//\\/} ;;
  esac
  for ((at = 1; at < last; at++)); do
    case ${words[at]} in
      --) case $command in @PASSING@) _gpu_setup_program "$at"; return ;; esac ;;
      -*)
        _gpu_setup_value "$command ${words[at]}" || continue
        # Its value is the next word; one that may stand without has none where a flag follows.
        [[ ${codes[0]-} == optional && ${words[at + 1]} == -* ]] && continue
        ((++at == last)) && flag=${words[at - 1]}
        ;;
      *) if [[ -z $command ]]; then command=$(_gpu_setup_command "${words[at]}"); else ((position++)); fi ;;
    esac
  done
  value=$typed
  if [[ -n $flag ]]; then
    _gpu_setup_value "$command $flag"
  elif [[ $typed == --*=* ]]; then
    _gpu_setup_value "$command ${typed%%=*}" || return
    before=${typed%%=*}= value=${typed#*=}
  elif [[ $typed == -* ]]; then
    _gpu_setup_flags "$command" || return
    codes=("${codes[@]/#/=}")
  elif [[ -z $command ]]; then
    codes=(command)
  else
    _gpu_setup_position "$command" "$position"
  fi
  # Bash replaces only what stands behind the last of these, and from an @ on; inside quotes, all of it.
  local char part
  for char in @ = :; do
    [[ -z $quote && $COMP_WORDBREAKS == *"$char"* && $typed == *"$char"* ]] || continue
    part=${typed%"${typed##*"$char"}"}
    [[ $char == @ ]] && part=${part%@}
    ((${#part} > ${#kept})) && kept=$part
  done
  _gpu_setup_offer_codes
}

complete -F _gpu_setup @NAMES@
