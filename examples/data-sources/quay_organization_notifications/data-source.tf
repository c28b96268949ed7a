data "quay_organization_notifications" "acme" {
  organization = "acme"
}

output "disabled_notifications" {
  value = [for notification in data.quay_organization_notifications.acme.notifications : notification.uuid if notification.number_of_failures >= 3]
}
