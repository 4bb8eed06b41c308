namespace Pile.Format;

/// <summary>Copies content of unknown size to a temporary file, and leaves space on its disk: a few kilobytes of gzip can expand to
/// terabytes, and other programs need the disk too.</summary>
internal static class TemporaryCopy
{
    private const int BufferBytes = 1 << 17;
    private const long CheckBytes = 64 << 20, MinFreeBytes = 1 << 30;

    /// <summary>Copies all content.</summary>
    /// <param name="content">The content.</param>
    /// <param name="target">The file, which is on the checked disk.</param>
    /// <param name="source">The name of the content in the error.</param>
    /// <param name="cancellationToken">Cancels the copy.</param>
    /// <exception cref="SourceUnreadableException">The disk has less than 1 GiB left.</exception>
    public static void Write(Stream content, FileStream target, string source, CancellationToken cancellationToken = default)
    {
        byte[] buffer = new byte[BufferBytes];
        DriveInfo disk = new(Path.GetDirectoryName(target.Name)!);
        long copied = 0, checkedAt = 0;
        for (int read; (read = content.Read(buffer)) > 0;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            target.Write(buffer, 0, read);
            copied += read;
            if (copied - checkedAt < CheckBytes)
                continue;
            checkedAt = copied;
            if (disk.AvailableFreeSpace < MinFreeBytes)
                throw new SourceUnreadableException(source,
                    $"it has more than {copied} bytes without compression, and the disk of '{disk.Name}' has less than "
                        + $"{MinFreeBytes >> 20} MiB left",
                    "Set TMPDIR to a folder on a disk with free space, or check the file: gzip -l lists its size");
        }
    }
}
