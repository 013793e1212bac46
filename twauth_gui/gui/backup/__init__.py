"""The dialogs that write a backup and restore one."""
