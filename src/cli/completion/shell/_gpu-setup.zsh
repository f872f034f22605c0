#compdef @NAMES@
# zsh completion of gpu-setup, made by "gpu-setup completions zsh": _gpu-setup in a folder of $fpath.

@TABLE@
_gpu_setup_ask() {
  local program=${(Q)1}
  reply=("${(@f)$(${program/#\~\//$HOME/} @MODE@ $2 2>/dev/null </dev/null)}")
  reply=(${reply:#})
}

_gpu_setup_offer_codes() {
  local code
  local -a reply
  for code in $codes; do
    case $code in
      '='*) compadd -- ${code[2,-1]} ;;
      command) _describe -t commands command _gpu_setup_commands ;;
      \?*)
        _gpu_setup_ask $words[1] ${code[2,-1]}
        compadd -a -- reply
        ;;
      ,*)
        compset -P '*,'
        _gpu_setup_ask $words[1] ${code[2,-1]}
        compadd -S '' -a -- reply
        ;;
      file) _files ;;
      folder) _files -/ ;;
    esac
  done
}

# The codes of the word that stands at position $2 behind the command $1.
_gpu_setup_position() {
  local at
  _gpu_setup_word "$1 $2" && return
  for ((at = $2 - 1; at >= 0; at--)); do _gpu_setup_word "$1 >$at" && return; done
  codes=()
}

_gpu-setup() {
  local -a codes flags
  local name= flag= word at position=1 typed=$words[CURRENT]
  for ((at = 2; at < CURRENT; at++)); do
    word=${(Q)words[at]}
    case $word in
      --)
        case $name in
          @PASSING@)
            shift at words
            ((CURRENT -= at))
            _normal
            return
            ;;
        esac
        ;;
      -*)
        _gpu_setup_value "$name $word" || continue
        # Its value is the next word; one that may stand without has none where a flag follows.
        [[ ${codes[1]-} == optional && $words[at+1] == -* ]] && continue
        ((++at == CURRENT)) && flag=$word
        ;;
      *) if [[ -z $name ]]; then name=$(_gpu_setup_command $word); else ((position++)); fi ;;
    esac
  done
  if [[ -n $flag ]]; then
    _gpu_setup_value "$name $flag"
  elif [[ $typed == --*=* ]]; then
    _gpu_setup_value "$name ${typed%%=*}" || return
    compset -P '*='
  elif [[ $typed == -* ]]; then
    _gpu_setup_flags "$name" || return
    _describe -o -t options option flags
    return
  elif [[ -z $name ]]; then
    codes=(command)
  else
    _gpu_setup_position "$name" $position
  fi
  _gpu_setup_offer_codes
}

# As a function of $fpath it is called at once; read by source, it is registered.
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _gpu-setup "$@"
else
  compdef _gpu-setup @NAMES@
fi
