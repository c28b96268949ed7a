terraform import quay_repo_team_permission.devs 'acme/app:devs'
