namespace Pile.Fits;

/// <summary>The kind of an HDU.</summary>
internal enum FitsHduKind
{
    /// <summary>A header without data.</summary>
    Empty,

    /// <summary>An array, tile-compressed or not.</summary>
    Image,

    /// <summary>A binary table.</summary>
    Table,

    /// <summary>A table of text fields.</summary>
    AsciiTable,

    /// <summary>Random groups, or an extension of another standard. Only its header can be read.</summary>
    Other,
}

/// <summary>One header-data unit of an open file.</summary>
internal sealed class FitsHdu
{
    private readonly FitsFile file;

    internal FitsHdu(FitsFile file, int index, FitsHeader header, bool isCompressed, long dataStart)
    {
        (this.file, Index, Header, IsCompressed, DataStart) = (file, index, header, isCompressed, dataStart);
        Name = header.GetText("EXTNAME") ?? (index == 0 ? "PRIMARY" : "");
        Version = header.GetInt64("EXTVER") ?? 1;
        Axes = ReadAxes(header);
        Kind = KindOf(header);
    }

    /// <summary>The position in the file, 0 for the primary HDU.</summary>
    internal int Index { get; }

    /// <summary>EXTNAME; PRIMARY for a primary HDU without one; otherwise empty.</summary>
    internal string Name { get; }

    /// <summary>EXTVER, 1 if it is missing.</summary>
    internal long Version { get; }

    /// <summary>The kind of the HDU.</summary>
    internal FitsHduKind Kind { get; }

    /// <summary>NAXIS1, NAXIS2 …, fastest axis first as in the file. For a compressed image, those of the image; for a table, bytes per row
    /// and number of rows.</summary>
    internal IReadOnlyList<long> Axes { get; }

    /// <summary>The header; for a compressed image, the header of the image. With
    /// <c>INHERIT = T</c>, it is followed by keywords of the primary header.</summary>
    internal FitsHeader Header { get; }

    /// <summary>Whether this is an image stored in compressed tiles.</summary>
    internal bool IsCompressed { get; }

    /// <summary>Index and name, for messages.</summary>
    internal string Label => Name.Length > 0 ? $"{Index} ({Name})" : $"{Index}";

    /// <summary>The offset of the data in the decompressed file.</summary>
    internal long DataStart { get; }

    /// <summary>Opens the HDU as a table.</summary>
    /// <exception cref="FitsException">The HDU is not a table, or its columns contradict its header.</exception>
    internal FitsTable Table() => Kind is FitsHduKind.Table or FitsHduKind.AsciiTable
        ? new FitsTable(file, this)
        : throw file.Error(this, $"expected a table, found {Kind}. {file.Contents()}");

    /// <summary>Opens the HDU as an image.</summary>
    /// <exception cref="FitsException">The HDU is not an image, or has no pixels.</exception>
    internal FitsImage Image() => Kind is FitsHduKind.Image
        ? new FitsImage(file, this)
        : throw file.Error(this, $"expected an image, found {Kind}. {file.Contents()}");

    private FitsHduKind KindOf(FitsHeader header) => header.GetText("XTENSION")?.TrimEnd() switch
    {
        _ when IsCompressed => FitsHduKind.Image,
        "BINTABLE" or "A3DTABLE" => FitsHduKind.Table,
        "TABLE" => FitsHduKind.AsciiTable,
        null or "IMAGE" or "IUEIMAGE" when header.Find("GROUPS") is { Value: "T" } && Axes is [0, ..] => FitsHduKind.Other,
        null or "IMAGE" or "IUEIMAGE" => Axes.Count == 0 || Axes.Contains(0) ? FitsHduKind.Empty : FitsHduKind.Image,
        _ => FitsHduKind.Other,
    };

    private static long[] ReadAxes(FitsHeader header)
    {
        long count = header.GetInt64("NAXIS") ?? 0;
        if (count is < 0 or > 999) // FITS 4.0 §4.4.1.1
            throw new FitsException(header.Path, header.Hdu, $"NAXIS must be in [0, 999], found {count}.");
        long[] axes = new long[count];
        for (int i = 0; i < axes.Length; i++)
            axes[i] = header.GetInt64($"NAXIS{i + 1}") is { } length and >= 0
                ? length
                : throw new FitsException(header.Path, header.Hdu,
                    $"NAXIS{i + 1} must not be negative, found {header.GetText($"NAXIS{i + 1}") ?? "nothing"}.");
        return axes;
    }
}
