data "quay_app_tokens" "all" {}

output "titles" {
  value = data.quay_app_tokens.all.tokens[*].title
}
