using System.Text;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Writing.Spill;

/// <summary>The files outside the dataset that the rows of a unit refer to, by their number in the unit: columns, because there may be
/// millions.</summary>
internal sealed class ReferencedFiles
{
    private readonly Texts uris = new(), checksums = new(), tags = new(), rasters = new();
    private readonly Blocks offsets = new(), sizes = new();
    private readonly List<long> bytes = [], modified = [];
    private readonly List<bool> isModifiedNull = [];
    private readonly List<ReferencedFile> listed = []; // of windows only, of which there are few

    /// <summary>The columns of <c>sources.parquet</c> after the number; times are in microseconds.</summary>
    internal static DuckDbField[] Fields { get; } =
    [
        new("uri", DuckDbType.Varchar), new("bytes", DuckDbType.BigInt), new("sha256", DuckDbType.Varchar),
        new("etag", DuckDbType.Varchar), new("modified", DuckDbType.BigInt), new("raster", DuckDbType.Varchar),
        new("block_offsets", DuckDbType.List(DuckDbType.BigInt)), new("block_sizes", DuckDbType.List(DuckDbType.BigInt)),
    ];

    internal int Count => bytes.Count;

    /// <summary>True if one of the files is a raster.</summary>
    internal bool HasRasters { get; private set; }

    /// <summary>All files, if they were added as those of windows; null otherwise.</summary>
    internal IReadOnlyList<ReferencedFile>? OfWindows => listed.Count == Count ? listed : null;

    /// <summary>Returns a list of files.</summary>
    internal static ReferencedFiles Of(IEnumerable<ReferencedFile> files)
    {
        ReferencedFiles all = new();
        foreach (ReferencedFile file in files)
            all.Add(file, isOfWindow: true);
        return all;
    }

    /// <summary>Adds a file, and returns its number.</summary>
    internal int Add(ReferencedFile file, bool isOfWindow = false)
    {
        uris.Add(file.Uri);
        checksums.Add(file.Sha256);
        tags.Add(file.ETag);
        rasters.Add(file.Raster);
        offsets.Add(file.BlockOffsets);
        sizes.Add(file.BlockSizes);
        bytes.Add(file.Bytes);
        modified.Add(file.ModifiedMicros ?? 0);
        isModifiedNull.Add(file.ModifiedMicros is null);
        HasRasters |= file.Raster is not null;
        if (isOfWindow)
            listed.Add(file);
        return Count - 1;
    }

    /// <summary>Returns the columns of <see cref="Fields"/>.</summary>
    internal DuckDbColumn[] Columns() =>
    [
        uris.ToColumn(), DuckDbColumn.Of<long>(bytes.ToArray()), checksums.ToColumn(), tags.ToColumn(),
        DuckDbColumn.Of<long>(modified.ToArray(), isModifiedNull.ToArray()), rasters.ToColumn(), offsets.ToColumn(), sizes.ToColumn(),
    ];

    private sealed class Blocks
    {
        private readonly List<int> starts = [0];
        private readonly List<bool> isNull = [];
        private readonly List<long> values = [];

        internal void Add(long[]? blocks)
        {
            isNull.Add(blocks is null);
            values.AddRange(blocks ?? []);
            starts.Add(values.Count);
        }

        internal DuckDbColumn ToColumn() => DuckDbColumn.Lists<long>(starts.ToArray(), values.ToArray(), isNull.ToArray());
    }

    private sealed class Texts
    {
        private readonly List<int> starts = [0];
        private readonly List<bool> isNull = [];
        private byte[] utf8 = new byte[256];

        internal void Add(string? text)
        {
            isNull.Add(text is null);
            int start = starts[^1], most = Encoding.UTF8.GetMaxByteCount(text?.Length ?? 0);
            if (utf8.Length - start < most)
                Array.Resize(ref utf8, Math.Max(checked(start + most), (int)Math.Min(2L * utf8.Length, Array.MaxLength)));
            starts.Add(start + Encoding.UTF8.GetBytes(text ?? "", utf8.AsSpan(start)));
        }

        internal DuckDbColumn ToColumn() => DuckDbColumn.Utf8(starts.ToArray(), utf8.AsMemory(0, starts[^1]), isNull.ToArray());
    }
}
