using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Pile.TestKit;

namespace Pile.Hdf5.Tests.Foreign;

/// <summary>The contents of any HDF5 file as text, as read by Pile and by h5py.</summary>
internal static class ForeignDump
{
    private const int MostListed = 1000;

    /// <summary>Returns what h5py reads; an error for files that libhdf5 rejects, crashes on or reads without end.</summary>
    internal static string[] ByH5py(params string[] paths) => H5pyDump.Of(File.ReadAllText(TestPaths.Data("scripts/hdf5_dump.py")), paths);

    /// <summary>Returns what Pile reads.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rowsPerRead">The number of rows to read at once; 0 for all.</param>
    /// <exception cref="Hdf5Exception">The structures of the file are corrupt. Errors of values are part of the text.</exception>
    internal static string Of(string path, int rowsPerRead = 0)
    {
        using ForeignFile file = ForeignFile.Open(path);
        return Of(file, rowsPerRead);
    }

    /// <summary>Returns what Pile reads from an open file.</summary>
    internal static string Of(ForeignFile file, int rowsPerRead = 0, int mostBytes = 1 << 26)
    {
        StringBuilder text = new();
        Append(text, file.ReadAttributes());
        foreach (ForeignEntry entry in file.Walk())
        {
            string path = string.Join('/', entry.Path.Split('/').Select(Shown));
            switch (entry.Kind)
            {
                case ForeignEntryKind.SoftLink:
                    text.Append($"soft {path} {Shown(entry.Link.TargetPath!)}\n");
                    continue;
                case ForeignEntryKind.ExternalLink:
                    text.Append($"external {path} {Shown(entry.Link.TargetFile!)} {Shown(entry.Link.TargetPath!)}\n");
                    continue;
                case ForeignEntryKind.UserDefinedLink:
                    continue;
                case ForeignEntryKind.Group:
                    text.Append($"group {path}{(entry.IsRepeated ? " again" : "")}\n");
                    break;
                case ForeignEntryKind.Type:
                    text.Append($"type {path} {Kind(file.ReadType(entry))}\n");
                    break;
                default:
                    Append(text, path, file.OpenDataset(entry), rowsPerRead, mostBytes);
                    break;
            }
            Append(text, file.ReadAttributes(entry));
        }
        return text.ToString();
    }

    private static void Append(StringBuilder text, string path, ForeignDataset d, int rowsPerRead, int mostBytes)
    {
        bool isNumber = d.Type.Kind is ForeignTypeKind.Integer or ForeignTypeKind.Float && d.Type.Obstacle is null;
        string fill = isNumber && !d.FillValueBytes.IsEmpty ? $" fill {Convert.ToHexStringLower(Native(d.Type, d.FillValueBytes))}" : "";
        string shape = d.IsNull ? "null" : $"[{string.Join(',', d.Shape)}] of [{string.Join(',', d.MaxShape)}]";
        string chunks = d.ChunkShape.Count > 0 ? $" [{string.Join(',', d.ChunkShape)}]" : "";
        // h5py returns at most 16 parameters.
        string filters = string.Join(' ', d.Filters.Select(f => $"{f.Id}({string.Join(',', f.Values.Take(16))})"));
        text.Append($"dataset {path} {Kind(d.Type)} {shape} {d.Storage}{chunks} {filters}{fill} {Values(d, rowsPerRead, mostBytes)}\n");
        if (d.Storage is not (ForeignStorage.Chunked or ForeignStorage.Contiguous))
            return;
        ReadOnlySpan<ForeignPiece> pieces = d.Pieces(0, d.RowCount).Span;
        long[] first = new long[d.Shape.Count];
        bool isListed = d.CountChunks(0, d.RowCount) <= MostListed
            && d.MaxShape.Skip(1).Count(length => length is ForeignSpace.Unlimited) is not 1;
        foreach (ForeignPiece piece in isListed ? pieces : default)
        {
            if (d.Storage is ForeignStorage.Chunked)
                d.FirstElement(piece, first);
            text.Append(d.Storage is ForeignStorage.Contiguous ? $"  {piece.Offset}\n"
                : $"  {string.Join(',', first)}: {piece.Offset} {piece.StoredBytes} {piece.SkippedFilters}\n");
        }
    }

    private static void Append(StringBuilder text, IEnumerable<ForeignAttribute> attributes)
    {
        foreach (ForeignAttribute a in attributes)
            text.Append($"  @{Shown(a.Name)} {Kind(a.Type)} {(a.IsNull ? "null" : $"[{string.Join(',', a.Shape)}]")} "
                + (a.Type.IsVariable ? IsUnread(a.Type.Base!, a.Type) ? "unread" : Variable(a.ReadSequences())
                    : a.Type.Obstacle is not null ? "unread" : Sha(a.Read())) + "\n");
    }

    /// <summary>Reads all values, some rows at a time.</summary>
    private static string Values(ForeignDataset d, int rowsPerRead, int mostBytes)
    {
        if (d.Obstacle is not null)
        {
            Assert.Contains(d.Path, Assert.Throws<Hdf5Exception>(() => d.Read(0, 0, [])).Message, StringComparison.Ordinal);
            return "unread";
        }
        long rows = d.RowCount, step = rowsPerRead is 0 ? Math.Max(rows, 1) : Math.Max(rowsPerRead, rows / 50);
        try
        {
            if ((Int128)rows * d.RowBytes > mostBytes)
                return "large";
            if (d.Type.IsVariable)
            {
                if (IsUnread(d.Type.Base!, d.Type))
                    return "unread";
                List<ReadOnlyMemory<byte>> all = [];
                for (long row = 0; row < rows; row += step)
                    all.AddRange(d.ReadSequences(row, Math.Min(step, rows - row)));
                return Variable(all);
            }
            if (d.Type.Obstacle is not null)
                return "unread";
            byte[] values = new byte[rows * d.RowBytes];
            for (long row = 0; row < rows; row += step)
            {
                long count = Math.Min(step, rows - row);
                d.Read(row, count, values.AsSpan((int)(row * d.RowBytes), (int)(count * d.RowBytes)));
            }
            return Sha(values);
        }
        catch (Hdf5Exception e)
        {
            Assert.Equal(d.File.Path, e.FilePath);
            return "error";
        }
    }

    private static bool IsUnread(ForeignType element, ForeignType type) =>
        type.Kind is ForeignTypeKind.Sequence && element.Obstacle is not null;

    private static string Variable(IReadOnlyCollection<ReadOnlyMemory<byte>> values)
    {
        using MemoryStream all = new();
        Span<byte> length = stackalloc byte[4];
        foreach (ReadOnlyMemory<byte> value in values)
        {
            BinaryPrimitives.WriteInt32LittleEndian(length, value.Length);
            all.Write(length);
            all.Write(value.Span);
        }
        return $"{values.Count}:{Sha(all.ToArray())}";
    }

    private static byte[] Native(ForeignType type, ReadOnlyMemory<byte> stored)
    {
        byte[] value = stored.ToArray();
        NativeOrder.Convert(type, value);
        return value;
    }

    private static string Sha(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes))[..16];

    private static string Kind(ForeignType type) => type.Kind is ForeignTypeKind.Compound
        ? HasVariable(type) ? $"compound{{{string.Join(", ", type.Members.Select(m => $"{Shown(m.Name)} {Kind(m.Type)}"))}}}"
        : $"compound[{type.Bytes}]{{{string.Join(", ", type.Members.Select(m => $"{Shown(m.Name)}@{m.Offset} {Kind(m.Type)}"))}}}"
        : type.Kind is ForeignTypeKind.Array ? $"array[{string.Join(", ", type.Dimensions)}] of {Kind(type.Base!)}"
        : type.Kind is ForeignTypeKind.Sequence ? $"sequence of {Kind(type.Base!)}" : type.ToString();

    private static bool HasVariable(ForeignType type) => type.IsVariable
        || (type.Kind is ForeignTypeKind.Array && HasVariable(type.Base!)) || type.Members.Any(member => HasVariable(member.Type));

    private static string Shown(string name) =>
        string.Concat(name.Select(c => c is > ' ' and < '\x7F' and not '\\' ? c.ToString() : $"\\u{(int)c:x4}"));
}
