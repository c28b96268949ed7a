data "quay_user_authorizations" "mine" {}

output "applications" {
  value = distinct([for a in data.quay_user_authorizations.mine.authorizations : "${a.organization}/${a.application}"])
}
