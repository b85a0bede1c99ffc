#include "engine/filesystem.h"

#include <linux/magic.h>
#include <stddef.h>
#include <sys/vfs.h>

/* By the magic numbers of statfs(2). */
static const struct {
    long magic;
    const char *name;
    bool local; /* files of this machine */
} file_systems[] = {
    { PROC_SUPER_MAGIC, "proc", false },
    { SYSFS_MAGIC, "sysfs", false },
    { DEVPTS_SUPER_MAGIC, "devpts", false },
    { CGROUP2_SUPER_MAGIC, "cgroup2", false },
    { CGROUP_SUPER_MAGIC, "cgroup", false },
    { DEBUGFS_MAGIC, "debugfs", false },
    { TRACEFS_MAGIC, "tracefs", false },
    { SECURITYFS_MAGIC, "securityfs", false },
    { BPF_FS_MAGIC, "bpf", false },
    { PSTOREFS_MAGIC, "pstore", false },
    { 0x6e736673, "nsfs", false },
    { 0x19800202, "mqueue", false },
    { NFS_SUPER_MAGIC, "nfs", false },
    { SMB_SUPER_MAGIC, "smb", false },
    { (long)CIFS_SUPER_MAGIC, "cifs", false },
    { (long)SMB2_SUPER_MAGIC, "smb2", false },
    { CEPH_SUPER_MAGIC, "ceph", false },
    { AFS_SUPER_MAGIC, "afs", false },
    { V9FS_MAGIC, "9p", false },
    { CODA_SUPER_MAGIC, "coda", false },
    { FUSE_SUPER_MAGIC, "fuse", false },
    { TMPFS_MAGIC, "tmpfs", true },
    { EXT4_SUPER_MAGIC, "ext4", true },
    { (long)BTRFS_SUPER_MAGIC, "btrfs", true },
    { XFS_SUPER_MAGIC, "xfs", true },
    { OVERLAYFS_SUPER_MAGIC, "overlay", true },
    { SQUASHFS_MAGIC, "squashfs", true },
    { MSDOS_SUPER_MAGIC, "vfat", true },
};

struct filesystem filesystem_of(int fd)
{
    struct filesystem found = { .name = "unknown", .local = true };
    struct statfs fs;

    if (fstatfs(fd, &fs) != 0)
        return found;
    for (size_t i = 0; i < sizeof file_systems / sizeof file_systems[0]; i++) {
        if (file_systems[i].magic == (long)fs.f_type)
            found =
                (struct filesystem){ .name = file_systems[i].name, .local = file_systems[i].local };
    }
    return found;
}
