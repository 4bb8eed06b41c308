using System.Buffers.Binary;
using System.Text;
using Pile.Codecs;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Writing.Spill;

/// <summary>The rows of a part that has few of them, in a file of their own format.</summary>
/// <remarks>A table in DuckDB and a Parquet file of hundreds of columns take tens of milliseconds, whether they have one row or a
/// thousand. A survey has a file for each object, so parts of few rows are only combined to such tables when all units are
/// complete.</remarks>
internal sealed class FewRows : IDisposable
{
    /// <summary>The end of the names of such files.</summary>
    internal const string Extension = ".few";

    private const int MaxRows = 2048;
    private const long MaxBytes = 1 << 20;

    private readonly MemoryStream bytes = new();
    private readonly BinaryWriter writer;
    private long rows;

    internal FewRows() => writer = new(bytes, Encoding.UTF8, leaveOpen: true);

    /// <summary>Copies a batch.</summary>
    /// <returns>False, without a copy, if these would no longer be few rows.</returns>
    internal bool TryAppend(IReadOnlyList<DuckDbColumn> columns, int rowCount, long lightBytes)
    {
        if (rows + rowCount > MaxRows || bytes.Length + lightBytes > MaxBytes)
            return false;
        rows += rowCount;
        writer.Write(columns.Count);
        foreach (DuckDbColumn column in columns)
            column.Save(writer);
        return true;
    }

    /// <summary>Returns the batches.</summary>
    internal IEnumerable<IReadOnlyList<DuckDbColumn>> Batches() => Batches(new MemoryStream(bytes.GetBuffer(), 0, (int)bytes.Length));

    /// <summary>Writes the rows to a file, followed by their CRC-32C: unlike Parquet, the format has nothing else to detect damage
    /// by.</summary>
    internal PartRecord Write(string folder, string fileName, int layoutNumber)
    {
        writer.Write(Crc32C.Compute(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)));
        using FileStream file = new(Path.Combine(folder, fileName), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        file.Write(bytes.GetBuffer(), 0, (int)bytes.Length);
        return new PartRecord(fileName, layoutNumber, rows, bytes.Length);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        writer.Dispose();
        bytes.Dispose();
    }

    /// <summary>Reads the batches of a file.</summary>
    /// <exception cref="SourceUnreadableException">The file was damaged, for example by a power failure.</exception>
    internal static IEnumerable<IReadOnlyList<DuckDbColumn>> Read(string path)
    {
        byte[] stored = File.ReadAllBytes(path);
        int length = stored.Length - sizeof(uint);
        return length >= 0 && BinaryPrimitives.ReadUInt32LittleEndian(stored.AsSpan(length)) == Crc32C.Compute(stored.AsSpan(0, length))
            ? Batches(new MemoryStream(stored, 0, length))
            : throw new SourceUnreadableException(path, "the rows of a unit have another CRC-32C than when they were written",
                "Build again without --resume, and check the disk");
    }

    private static IEnumerable<IReadOnlyList<DuckDbColumn>> Batches(MemoryStream from)
    {
        using BinaryReader reader = new(from);
        while (from.Position < from.Length)
        {
            DuckDbColumn[] columns = new DuckDbColumn[reader.ReadInt32()];
            for (int i = 0; i < columns.Length; i++)
                columns[i] = DuckDbColumn.Load(reader);
            yield return columns;
        }
    }
}
