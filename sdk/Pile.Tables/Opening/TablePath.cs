using Pile.Format;

namespace Pile.Tables.Opening;

/// <summary>Where a table lies: the file, what its ending says, and which part of the file is meant.</summary>
/// <param name="Given">The path as the user wrote it.</param>
/// <param name="File">The file alone.</param>
/// <param name="Part">What stands behind a <c>#</c>: the number or name of an HDU or of a table in a VOTable; null when nothing
/// does.</param>
/// <param name="Format">The format by the ending.</param>
internal sealed record TablePath(string Given, string File, string? Part, TableFormat Format)
{
    private const int BufferBytes = 1 << 17;
    private const long RoomCheckedEveryBytes = 64 << 20, RoomLeftBytes = 1 << 30;

    /// <summary>Takes a path apart.</summary>
    /// <exception cref="ArgumentException">The ending is none of a table, or a part is named where files have none.</exception>
    internal static TablePath Parse(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string file = FileOf(path);
        string? part = file.Length == path.Length ? null : path[(file.Length + 1)..];
        TableFormat format = FormatOf(file)
            ?? throw new ArgumentException(
                $"'{path}' is no table by its ending: expected .csv, .ecsv, .fits, .fit, .vot, .xml or .parquet, also followed by .gz.",
                nameof(path));
        if (part is not null && format is not (TableFormat.Fits or TableFormat.VoTable))
            throw new ArgumentException($"'{path}': only FITS files and VOTables have parts to name behind '#'.", nameof(path));
        return new TablePath(path, file, part, format);
    }

    /// <summary>The file of a path, without the part behind a <c>#</c>. Files and folders may have a <c>#</c> of their own: one begins a
    /// part only behind a table's ending, and where no file is called so.</summary>
    internal static string FileOf(string path) =>
        path.LastIndexOf('#') is > 0 and int hash && FormatOf(path[..hash]) is not null && !path.AsSpan(hash).Contains('/')
            && !System.IO.File.Exists(path) ? path[..hash] : path;

    private static TableFormat? FormatOf(string file) =>
        System.IO.Path.GetExtension(file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? file[..^3] : file).ToLowerInvariant() switch
        {
            ".csv" => TableFormat.Csv,
            ".ecsv" => TableFormat.Ecsv,
            ".fits" or ".fit" => TableFormat.Fits,
            ".vot" or ".xml" => TableFormat.VoTable,
            ".parquet" => TableFormat.Parquet,
            _ => null,
        };

    /// <summary>Opens the file's content, uncompressed if it is gzip (told by its first bytes, not by its ending).</summary>
    /// <exception cref="SourceUnreadableException">The file is missing or can't be opened.</exception>
    internal Stream OpenContent()
    {
        FileStream file = OpenFile();
        if (!IsGzip(file))
            return file;
        return new GzipContent(file);
    }

    /// <summary>Returns a plain file of the content: the file itself, or a temporary one that holds it uncompressed.</summary>
    /// <exception cref="SourceUnreadableException">The file is missing, can't be opened, or is broken gzip.</exception>
    internal PlainFile OpenPlain()
    {
        using FileStream file = OpenFile();
        if (!IsGzip(file))
            return new PlainFile(File, isTemporary: false);
        PlainFile plain = new(TemporaryPath.InSystemFolder("table"), isTemporary: true);
        try
        {
            using GzipContent content = new(file);
            using FileStream target = new(plain.Path, FileMode.Create);
            Unpack(content, target);
            return plain;
        }
        catch (InvalidDataException e)
        {
            plain.Dispose();
            throw Broken(e);
        }
        catch
        {
            plain.Dispose();
            throw;
        }
    }

    // A few kilobytes of gzip can hold terabytes, and other programs need the disk too.
    private void Unpack(GzipContent content, FileStream target)
    {
        byte[] buffer = new byte[BufferBytes];
        DriveInfo disk = new(System.IO.Path.GetDirectoryName(target.Name)!);
        long unpacked = 0, checkedAt = 0;
        for (int read; (read = content.Read(buffer)) > 0;)
        {
            target.Write(buffer, 0, read);
            unpacked += read;
            if (unpacked - checkedAt < RoomCheckedEveryBytes)
                continue;
            checkedAt = unpacked;
            if (disk.AvailableFreeSpace < RoomLeftBytes)
                throw new SourceUnreadableException(Given,
                    $"uncompressed it has more than {unpacked} bytes, and the disk of '{disk.Name}' has less than {RoomLeftBytes >> 20} "
                        + "MiB left",
                    "Set TMPDIR to a folder on a disk with room, or check the file: gzip -l lists its size");
        }
    }

    /// <summary>The error for gzip data that don't decompress.</summary>
    internal SourceUnreadableException Broken(InvalidDataException e) =>
        new(Given, $"the gzip data are cut short or broken ({e.Message.TrimEnd('.')})", "Fetch the file again", e);

    private FileStream OpenFile()
    {
        try
        {
            RegularFile.Require(File);
            return new FileStream(File, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes, FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SourceUnreadableException(Given, "there is no such file", "Check the path", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SourceUnreadableException(Given, $"it does not open ({e.Message.TrimEnd('.')})",
                "Check that it is a file, and its permissions", e);
        }
    }

    private static bool IsGzip(FileStream file)
    {
        Span<byte> magic = stackalloc byte[2];
        int read = file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        file.Position = 0;
        return read == magic.Length && magic is [0x1F, 0x8B];
    }
}
