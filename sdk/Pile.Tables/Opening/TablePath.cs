using System.Collections.Frozen;
using Pile.Format;

namespace Pile.Tables.Opening;

/// <summary>The location of a table: the file, its format by extension, and the part of the file.</summary>
/// <param name="Given">The path as given by the user.</param>
/// <param name="File">The file without the part.</param>
/// <param name="Part">The text after a <c>#</c>: the number or name of an HDU, or of a table in a VOTable; null without a part.</param>
/// <param name="Format">The format by the extension.</param>
internal sealed record TablePath(string Given, string File, string? Part, TableFormat Format)
{
    /// <summary>What to do with an Avro file.</summary>
    internal const string AvroRemedy = "Convert it to Parquet, or to JSON Lines, for example with: fastavro FILE.avro > FILE.jsonl";

    private const int BufferBytes = 1 << 16; // .NET collects larger ones with all of its memory

    private static readonly FrozenDictionary<string, string> Decompressors = new Dictionary<string, string>
    {
        [".bz2"] = "bunzip2",
        [".xz"] = "unxz",
        [".zst"] = "unzstd",
        [".lz4"] = "unlz4",
        [".z"] = "uncompress",
        [".zip"] = "unzip",
        [".7z"] = "7z x",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Parses a path.</summary>
    /// <exception cref="ArgumentException">The extension is not that of a table, or the format has no parts.</exception>
    internal static TablePath Parse(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string file = FileOf(path);
        string? part = file.Length == path.Length ? null : path[(file.Length + 1)..];
        TableFormat format = FormatOf(file)
            ?? throw new ArgumentException(ExtensionOf(file) == ".avro" ? $"'{path}': Avro files are not supported. {AvroRemedy}."
                : Decompressors.TryGetValue(ExtensionOf(file), out string? program) ? $"'{path}' is compressed in a way that is not read. "
                    + $"Decompress it first, for example with {program}, or compress it with gzip (.gz)."
                : $"'{path}' does not have the extension of a table: expected .csv, .tsv, .tab, .txt, .dat, .cat, .ascii, "
                    + ".asc, .tbl, .ipac, .mrt, .ecsv, .jsonl, .ndjson, .json, .fits, .fit, .fts, .evt, .vot, .xml, .parquet, "
                    + ".parq, .pq, .geoparquet, .arrow, .arrows, .feather or .ipc, optionally followed by .gz; or .fits.fz or .fit.fz.",
                nameof(path));
        if (part is not null && format is not (TableFormat.Fits or TableFormat.VoTable))
            throw new ArgumentException($"'{path}': only FITS files and VOTables have parts that '#' can select.", nameof(path));
        return new TablePath(path, file, part, format);
    }

    /// <summary>Returns the file of a path, without the part after a <c>#</c>. Names of files and folders may contain <c>#</c>: it begins a
    /// part only after a table's extension or the name of a file, and if no file has that name. Names of tables may contain <c>/</c>, as
    /// <c>I/34/greenw2a</c> of the CDS, and <c>#</c>.</summary>
    internal static string FileOf(string path)
    {
        if (System.IO.File.Exists(path))
            return path;
        for (int hash = path.LastIndexOf('#'); hash > 0; hash = path.LastIndexOf('#', hash - 1))
        {
            string file = path[..hash];
            int slash = path.IndexOf('/', hash);
            if (System.IO.File.Exists(file)
                || (FormatOf(file) is not null && (slash < 0 || (FormatOf(path) is null && !Directory.Exists(path[..slash])))))
                return file;
        }
        return path;
    }

    /// <summary>Returns true if the file has the name that fpack gives to FITS files: <c>.fits.fz</c>.</summary>
    internal static bool IsPacked(string file) => file.EndsWith(".fits.fz", StringComparison.OrdinalIgnoreCase)
        || file.EndsWith(".fit.fz", StringComparison.OrdinalIgnoreCase);

    private static string ExtensionOf(string file) =>
        System.IO.Path.GetExtension(file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? file[..^3] : file).ToLowerInvariant();

    /// <summary>Returns the format of a file by its extension; null if it is not that of a table.</summary>
    internal static TableFormat? FormatOf(string file) =>
        IsPacked(file) ? TableFormat.Fits : ExtensionOf(file) switch
        {
            ".csv" => TableFormat.Csv,
            ".tsv" or ".tab" => TableFormat.Tsv,
            ".txt" or ".dat" or ".cat" or ".ascii" or ".asc" => TableFormat.Ascii,
            ".tbl" or ".ipac" => TableFormat.Ipac,
            ".mrt" => TableFormat.Mrt,
            ".ecsv" => TableFormat.Ecsv,
            ".jsonl" or ".ndjson" or ".json" => TableFormat.JsonLines,
            ".fits" or ".fit" or ".fts" or ".evt" => TableFormat.Fits, // .evt: events of X-ray telescopes
            ".vot" or ".xml" => TableFormat.VoTable,
            ".parquet" or ".parq" or ".pq" or ".geoparquet" => TableFormat.Parquet,
            ".arrow" or ".arrows" or ".feather" or ".ipc" => TableFormat.Arrow,
            _ => null,
        };

    /// <summary>Returns true if the file has the name of a stream of Arrow's format, which has no footer.</summary>
    internal static bool IsArrowStream(string file) => ExtensionOf(file) == ".arrows";

    /// <summary>Opens the file's content, decompressed if it is gzip (detected by its first bytes, not by its extension).</summary>
    /// <exception cref="SourceUnreadableException">The file is missing or cannot be opened.</exception>
    internal Stream OpenContent()
    {
        FileStream file = OpenFile();
        if (!IsGzip(file))
            return file;
        return new GzipContent(file);
    }

    /// <summary>Returns an uncompressed file: the file itself, or a temporary decompressed one.</summary>
    /// <exception cref="SourceUnreadableException">The file is missing, cannot be opened, or is damaged gzip.</exception>
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
            TemporaryCopy.Write(content, target, Given);
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

    /// <summary>Creates the exception for gzip data that cannot be decompressed.</summary>
    internal SourceUnreadableException Broken(InvalidDataException e) =>
        new(Given, $"the gzip data are {e.Message}", "Fetch the file again", e);

    private FileStream OpenFile()
    {
        try
        {
            RegularFile.Require(File);
            int bufferBytes = (int)Math.Clamp(new FileInfo(File).Length, 1, BufferBytes);
            return new FileStream(File, FileMode.Open, FileAccess.Read, FileShare.Read, bufferBytes, FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SourceUnreadableException(Given, "the file does not exist", "Check the path", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SourceUnreadableException(Given, $"it cannot be opened ({e.Message.TrimEnd('.')})",
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
