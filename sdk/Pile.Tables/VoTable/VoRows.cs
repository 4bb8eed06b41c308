using System.Buffers.Binary;
using System.Text;
using System.Xml;
using Pile.Format;

namespace Pile.Tables.VoTable;

/// <summary>Reads the rows of a VOTable in order.</summary>
internal abstract class VoRows : IDisposable
{
    private protected VoRows(VoDocument document, string path) => (Document, Path) = (document, path);

    private protected VoDocument Document { get; }

    private protected string Path { get; }

    private protected XmlReader Xml => Document.Xml;

    /// <summary>The number of rows read or skipped.</summary>
    internal long Row { get; private set; }

    /// <summary>The number of these rows that are valid.</summary>
    internal long ValidRows { get; private set; }

    /// <summary>Begins reading at the document's current position; null if it has no rows.</summary>
    internal static VoRows? Open(VoDocument document, string path) => document.Serialization switch
    {
        VoSerialization.None => null,
        VoSerialization.TableData => new VoTextRows(document, path),
        _ => new VoBinaryRows(document, path),
    };

    /// <summary>Reads a row.</summary>
    /// <param name="columns">For each field the column that its value is added to, or null; null to skip the row.</param>
    /// <returns>False at the end.</returns>
    /// <exception cref="ValueInvalidException">The row is invalid. The columns up to the invalid cell have values of it; the next call
    /// reads the next row.</exception>
    internal bool TryRead(VoColumn?[]? columns)
    {
        bool isRead = TryRead(columns, Row++);
        ValidRows++;
        return isRead;
    }

    private protected abstract bool TryRead(VoColumn?[]? columns, long row);

    public virtual void Dispose() { }

    private protected ValueInvalidException Invalid(VoField field, long row, string value) => new(Path, row, field.Name,
        value.Length == 0 ? "an empty value" : $"'{value}'",
        $"a {char.ToLowerInvariant($"{field.Datatype}"[0])}{$"{field.Datatype}"[1..]}"
            + (field.ArraySize.IsEmpty ? "" : $" array of {string.Join('x', field.ArraySize.Select(n => n < 0 ? "*" : $"{n}"))}"
                + (field.Missing?.Reason is { } reason ? $", {reason}"
                    : field.Datatype is VoDatatype.Boolean ? ", whose elements are all missing or none" : "")),
        "Correct the file, or leave the column out");
}

/// <summary>Reads rows in TR and TD elements.</summary>
internal sealed class VoTextRows(VoDocument document, string path) : VoRows(document, path)
{
    private readonly int depth = document.Xml.Depth;
    private readonly bool isEmpty = document.Xml.IsEmptyElement;
    private char[] text = new char[4096];
    private byte[] utf8 = new byte[4096];

    private protected override bool TryRead(VoColumn?[]? columns, long row)
    {
        if (isEmpty)
            return false;
        while (Xml.Read() && Xml.Depth > depth)
            if (Xml.NodeType is XmlNodeType.Element && Xml.LocalName == "TR")
            {
                ReadCells(columns, row);
                return true;
            }
        return false;
    }

    private void ReadCells(VoColumn?[]? columns, long row)
    {
        int index = 0, rowDepth = Xml.Depth, fields = Document.Fields.Count;
        if (!Xml.IsEmptyElement)
            while (Xml.Read() && Xml.Depth > rowDepth)
            {
                if (Xml.NodeType is not XmlNodeType.Element || Xml.LocalName != "TD")
                    continue;
                if (index == fields)
                    throw new ValueInvalidException(Path, row, Document.Fields[^1].Name, $"a row with more than {fields} cells",
                        $"a row of {fields} cells", "Correct the file");
                ReadCell(columns?[index], row);
                index++;
            }
        if (index < fields)
            throw new ValueInvalidException(Path, row, Document.Fields[index].Name, $"a row of {index} cells", $"a row of {fields} cells",
                "Correct the file");
    }

    private void ReadCell(VoColumn? column, long row)
    {
        bool isBase64 = Xml.GetAttribute("encoding") == "base64";
        int length = ReadText();
        if (column is null)
            return;
        int bytes = Encoding.UTF8.GetMaxByteCount(length);
        if (utf8.Length < bytes)
            utf8 = new byte[bytes];
        ReadOnlySpan<byte> encoded = utf8.AsSpan(0, Encoding.UTF8.GetBytes(text.AsSpan(0, length), utf8));
        if (isBase64 ? !TryAddBase64(column, length) : !column.TryAddText(encoded))
            throw Invalid(column.Field, row, new string(text, 0, Math.Min(length, 60)));
    }

    private bool TryAddBase64(VoColumn column, int length)
    {
        byte[] bytes = new byte[length];
        if (!Convert.TryFromBase64Chars(text.AsSpan(0, length), bytes, out int written))
            return false;
        int count = column.FixedCount >= 0 ? column.FixedCount : (int)(written / Math.Max(1, column.BytesOf(1)));
        return column.BytesOf(count) == written && column.TryAddBinary(bytes.AsSpan(0, written), count, isNull: false);
    }

    /// <summary>Reads an element's text, and leaves the reader at its end.</summary>
    private int ReadText()
    {
        int length = 0;
        if (Xml.IsEmptyElement)
            return 0;
        int cellDepth = Xml.Depth;
        while (Xml.Read() && Xml.Depth > cellDepth)
        {
            if (Xml.NodeType is not (XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace))
                continue;
            int read;
            while ((read = Xml.ReadValueChunk(text, length, text.Length - length)) > 0)
            {
                length += read;
                if (length == text.Length)
                    Array.Resize(ref text, 2 * length);
            }
        }
        return length;
    }
}

/// <summary>Reads rows in a stream of big-endian values in base64, with a mask before each row in BINARY2.</summary>
internal sealed class VoBinaryRows : VoRows
{
    private const int LongestValueBytes = 1 << 30;

    private readonly bool hasMask;
    private readonly byte[] mask;
    private readonly byte[] count = new byte[sizeof(int)];
    private readonly VoColumn[] measures;
    private readonly byte[] buffer = new byte[1 << 16];
    private int next;
    private int end;
    private byte[] value = new byte[4096];

    internal VoBinaryRows(VoDocument document, string path) : base(document, path)
    {
        hasMask = document.Serialization is VoSerialization.Binary2;
        mask = new byte[(document.Fields.Count + 7) / 8];
        measures = [.. document.Fields.Select(
            field => VoColumn.For(field, Batches.ColumnBuilder.For(field.ToSchema("", false) with { Name = field.Name })))];
        while (Xml.Read() && !(Xml.NodeType is XmlNodeType.Element && Xml.LocalName == "STREAM")) { }
        if (Xml.GetAttribute("href") is { Length: > 0 } href)
            throw new SourceUnreadableException(path, $"its rows are in another resource ({href}), which is not fetched",
                "Store the rows in the file");
        if (Xml.GetAttribute("encoding") is { } encoding && encoding != "base64")
            throw new SourceUnreadableException(path, $"its rows are encoded as '{encoding}'", "Store them in base64");
    }

    private protected override bool TryRead(VoColumn?[]? columns, long row)
    {
        if (next == end && !Fill())
            return false;
        if (hasMask)
            Take(mask, row, 0);
        ValueInvalidException? invalid = null;
        for (int i = 0; i < measures.Length; i++)
        {
            VoColumn measure = measures[i];
            int elements = measure.FixedCount;
            if (elements < 0)
            {
                Take(count, row, i);
                elements = BinaryPrimitives.ReadInt32BigEndian(count);
            }
            long bytes = measure.BytesOf(elements);
            if (elements < 0 || bytes > LongestValueBytes)
                throw new SourceUnreadableException(Path,
                    $"row {row}, column '{measure.Field.Name}': the stream has a value of {elements} elements", "Fetch the file again");
            ReadValue((int)bytes, row, i);
            bool isNull = hasMask && (mask[i / 8] & (0x80 >> (i % 8))) != 0;
            if (columns?[i] is { } column && !column.TryAddBinary(value.AsSpan(0, (int)bytes), elements, isNull))
                invalid ??= Invalid(measure.Field, row, $"{elements} elements");
        }
        return invalid is null ? true : throw invalid; // behind the row
    }

    /// <summary>Reads a value, and enlarges the buffer only as its bytes arrive, so that a wrong length allocates no memory.</summary>
    private void ReadValue(int bytes, long row, int field)
    {
        for (int done = 0; done < bytes;)
        {
            if (done == value.Length)
                Array.Resize(ref value, 2 * done);
            int step = Math.Min(bytes, value.Length) - done;
            Take(value.AsSpan(done, step), row, field);
            done += step;
        }
    }

    private void Take(Span<byte> destination, long row, int field)
    {
        while (!destination.IsEmpty)
        {
            if (next == end && !Fill())
                throw new SourceUnreadableException(Path, $"the stream ends within row {row}, column '{Document.Fields[field].Name}'",
                    "Fetch the file again");
            int available = Math.Min(destination.Length, end - next);
            buffer.AsSpan(next, available).CopyTo(destination);
            destination = destination[available..];
            next += available;
        }
    }

    private bool Fill()
    {
        (next, end) = (0, 0);
        if (Xml.EOF || Xml.NodeType is XmlNodeType.None)
            return false;
        end = Xml.ReadElementContentAsBase64(buffer, 0, buffer.Length);
        return end > 0;
    }
}
