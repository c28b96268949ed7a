terraform import quay_repo_user_permission.ci 'acme/team/app:acme+ci'
