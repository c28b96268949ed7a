data "quay_messages" "all" {}

output "warnings" {
  value = [for message in data.quay_messages.all.messages : message.content if message.severity == "warning"]
}
