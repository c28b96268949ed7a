terraform import quay_repository_notification.pushes 'acme/app:0d4ff0b1-1c8a-4d9b-8d3e-8f0e0a6f6c11'
