data "quay_repository_notifications" "app" {
  repository = "acme/app"
}

output "disabled_notifications" {
  value = [for notification in data.quay_repository_notifications.app.notifications : notification.uuid if notification.number_of_failures >= 3]
}
