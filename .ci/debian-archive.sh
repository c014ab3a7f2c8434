# Sourced by the other scripts here. Which Debian archives this machine is set up to use: scripts name none themselves.

# The address of the archive with that label: Debian, or Debian-Security.
archive_uri() {
  local uri
  uri=$(apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Created-By: Packages' |
    awk -v label="$1" '$1 == label { print $2; exit }')
  if [ -z "$uri" ]; then
    echo "no archive with the label $1 in this machine's apt sources" >&2
    return 1
  fi
  printf '%s\n' "$uri"
}

# An apt sources list for one suite, with its security updates where the machine knows where those are.
sources_for() {
  local suite=$1 keyring=/usr/share/keyrings/debian-archive-keyring.gpg security
  printf 'deb [signed-by=%s] %s %s main\n' "$keyring" "$(archive_uri Debian)" "$suite"
  if security=$(archive_uri Debian-Security 2>/dev/null); then
    printf 'deb [signed-by=%s] %s %s-security main\n' "$keyring" "$security" "$suite"
  fi
}

# The Debian suite that packages a PostgreSQL major.
suite_of_major() {
  case $1 in
    13) echo bullseye ;;
    15) echo bookworm ;;
    17) echo trixie ;;
    18) echo forky ;;
    *)
      echo "no Debian release packages PostgreSQL $1 (there are 13, 15, 17 and 18)" >&2
      return 1
      ;;
  esac
}
