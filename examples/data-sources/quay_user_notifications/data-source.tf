data "quay_user_notifications" "mine" {
}

output "disabled_notifications" {
  value = [for notification in data.quay_user_notifications.mine.notifications : notification.uuid if notification.number_of_failures >= 3]
}
