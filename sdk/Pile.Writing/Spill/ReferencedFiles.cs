using System.Text;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Writing.Spill;

/// <summary>The files outside the dataset that the rows of a unit refer to, by their number in the unit: columns, because there may be
/// millions.</summary>
internal sealed class ReferencedFiles
{
    private readonly Texts uris = new(), checksums = new(), tags = new();
    private readonly List<long> bytes = [], modified = [];
    private readonly List<bool> isModifiedNull = [];

    /// <summary>The columns of <c>sources.parquet</c> after the number; times are in microseconds.</summary>
    internal static DuckDbField[] Fields { get; } =
    [
        new("uri", DuckDbType.Varchar), new("bytes", DuckDbType.BigInt), new("sha256", DuckDbType.Varchar),
        new("etag", DuckDbType.Varchar), new("modified", DuckDbType.BigInt),
    ];

    internal int Count => bytes.Count;

    /// <summary>Adds a file, and returns its number.</summary>
    internal int Add(ReferencedFile file)
    {
        uris.Add(file.Uri);
        checksums.Add(file.Sha256);
        tags.Add(file.ETag);
        bytes.Add(file.Bytes);
        modified.Add(file.ModifiedMicros ?? 0);
        isModifiedNull.Add(file.ModifiedMicros is null);
        return Count - 1;
    }

    /// <summary>Returns the columns of <see cref="Fields"/>.</summary>
    internal DuckDbColumn[] Columns() =>
    [
        uris.ToColumn(), DuckDbColumn.Of<long>(bytes.ToArray()), checksums.ToColumn(), tags.ToColumn(),
        DuckDbColumn.Of<long>(modified.ToArray(), isModifiedNull.ToArray()),
    ];

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
