# What the deployment on local-cloud has other than the defaults.

domain               = ["example.com", "example.org"]
bucket_force_destroy = true
enable_app_registry  = true
junk_delivery        = "gmail-spam"
