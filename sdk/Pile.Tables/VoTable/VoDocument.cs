using System.Globalization;
using System.Text;
using System.Xml;
using Pile.Format;
using Pile.Tables.Opening;

namespace Pile.Tables.VoTable;

/// <summary>How the rows of a VOTable are written.</summary>
internal enum VoSerialization
{
    /// <summary>There are none.</summary>
    None,

    /// <summary>TR and TD elements.</summary>
    TableData,

    /// <summary>A stream of big-endian values.</summary>
    Binary,

    /// <summary>The same, each row behind a mask of its nulls.</summary>
    Binary2,
}

/// <summary>A VOTable (1.1 to 1.5, any namespace) read up to the rows of one of its tables, with the XML reader left on them.</summary>
/// <remarks>A DTD is skipped unread, nothing outside the file is ever fetched, and entities other than XML's own are errors.</remarks>
internal sealed class VoDocument : IDisposable
{
    private readonly string path;
    private readonly Dictionary<string, string> frames = new(StringComparer.Ordinal);
    private string? error;

    private readonly string? part;
    private readonly List<string> tables = [];

    private VoDocument(XmlReader xml, string path, string? part) => (Xml, this.path, this.part) = (xml, path, part);

    /// <summary>The reader: on TABLEDATA, BINARY or BINARY2, or behind the table when there are no rows.</summary>
    internal XmlReader Xml { get; }

    internal List<VoField> Fields { get; } = [];

    /// <summary>TABLE/@nrows; null when it does not stand there.</summary>
    internal long? RowCount { get; private set; }

    internal VoSerialization Serialization { get; private set; }

    /// <summary>Reads up to the rows.</summary>
    /// <param name="content">The XML; it is disposed with the document.</param>
    /// <param name="path">The file, for messages.</param>
    /// <param name="part">The table: its name or ID, or its number from 1; null: the first.</param>
    /// <exception cref="SourceUnreadableException">It is no VOTable, holds no such table, or says that the query failed.</exception>
    /// <exception cref="XmlException">The XML is broken.</exception>
    internal static VoDocument Open(Stream content, string path, string? part = null)
    {
        XmlReaderSettings settings = new()
        {
            DtdProcessing = DtdProcessing.Ignore,
            XmlResolver = null,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
            CloseInput = true
        };
        VoDocument document = new(XmlReader.Create(content, settings), path, part);
        try
        {
            document.ReadHeader();
            return document;
        }
        catch
        {
            document.Dispose();
            throw;
        }
    }

    /// <summary>The frame of a field: that of the COOSYS it refers to, or of the only one in the file.</summary>
    internal string? FrameOf(VoField field)
    {
        if (field.Reference is { } id && frames.TryGetValue(id, out string? system))
            return system.Length > 0 ? system : null;
        string[] all = [.. frames.Values.Distinct()];
        return all is [{ Length: > 0 } only] ? only : null;
    }

    /// <summary>Reads what follows the rows: a service that fails half-way says so there (DALI 1.1 §4.4).</summary>
    /// <exception cref="SourceUnreadableException">It says so.</exception>
    internal void ReadTrailer()
    {
        while (Xml.Read())
            if (Xml.NodeType is XmlNodeType.Element && Xml.LocalName == "INFO")
                ReadInfo(isAfterRows: true);
    }

    public void Dispose() => Xml.Dispose();

    private void ReadHeader()
    {
        bool isVoTable = false;
        while (Serialization is VoSerialization.None && Xml.Read())
        {
            if (Xml.NodeType is XmlNodeType.EndElement && Xml.LocalName == "TABLE" && Fields.Count > 0)
                return;
            if (Xml.NodeType is not XmlNodeType.Element)
                continue;
            switch (Xml.LocalName)
            {
                case "VOTABLE": isVoTable = true; break;
                case "INFO": ReadInfo(isAfterRows: false); break;
                case "PARAM" when Is(Xml.GetAttribute("name"), "Error"): this.error ??= Xml.GetAttribute("value"); break;
                // the schema's default
                case "COOSYS":
                    frames[Xml.GetAttribute("ID") ?? $"{frames.Count}"] =
                    Frames.Normalize(Xml.GetAttribute("system") ?? "eq_FK5", Xml.GetAttribute("equinox")) ?? ""; break;
                case "TABLE" when !IsChosen(): SkipTable(); break;
                case "TABLE":
                    RowCount = long.TryParse(Xml.GetAttribute("nrows"), NumberStyles.None, CultureInfo.InvariantCulture,
                    out long rows) ? rows : null; break;
                case "FIELD": Fields.Add(ReadField()); break;
                case "TABLEDATA": Serialization = VoSerialization.TableData; break;
                case "BINARY": Serialization = VoSerialization.Binary; break;
                case "BINARY2": Serialization = VoSerialization.Binary2; break;
                case "FITS":
                    throw Unreadable("its rows are a FITS file inside or outside of it, which is not read",
                    "Store them as TABLEDATA or BINARY2, or give the FITS file");
            }
            if (!isVoTable)
                throw Unreadable($"it is XML, but no VOTable: its root is <{Xml.LocalName}>", "Give a VOTable");
        }
        if (Fields.Count == 0)
            throw part is not null && tables.Count > 0
                ? new TablePartNotFoundException(path, part,
                    $"it has no table '{part}', but "
                        + $"{string.Join(", ", tables.Select((name, i) => name.Length > 0 ? $"#{i + 1} '{name}'" : $"#{i + 1}"))}")
                : this.error is { } error
                ? Unreadable($"the service that made it reports: {error.Trim('"', ' ', '.')}", "Correct the query and fetch it again")
                : Unreadable("there is no table in it", "Give a VOTable with a TABLE");
    }

    /// <summary>Whether the TABLE that the reader is on is the one to be read.</summary>
    private bool IsChosen()
    {
        string name = Xml.GetAttribute("name") ?? Xml.GetAttribute("ID") ?? "";
        tables.Add(name);
        return part is null || part == name || part == Xml.GetAttribute("ID")
            || (int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number == tables.Count);
    }

    private void SkipTable()
    {
        int depth = Xml.Depth;
        if (!Xml.IsEmptyElement)
            while (Xml.Read() && Xml.Depth > depth)
            {
            }
    }

    private void ReadInfo(bool isAfterRows)
    {
        string? name = Xml.GetAttribute("name"), value = Xml.GetAttribute("value");
        bool isFailure = Is(name, "QUERY_STATUS") && Is(value, "ERROR");
        if (!isFailure && !Is(name, "ERROR"))
            return;
        string text = OneLine(ReadText()) is { Length: > 0 } content ? content.TrimEnd('.') : value ?? "";
        if (!isFailure)
            error ??= text;
        else if (isAfterRows)
            throw Unreadable($"its rows are not complete; the service reports: {text}", "Run the query again");
        else
            throw Unreadable($"the query failed; the service reports: {text}", "Correct the query and run it again");
    }

    private VoField ReadField()
    {
        string name = Xml.GetAttribute("name") ?? Xml.GetAttribute("ID") ?? "";
        string? word = Xml.GetAttribute("datatype");
        string? size = Xml.GetAttribute("arraysize");
        if (VoField.ParseDatatype(word) is not { } datatype)
            throw Unreadable($"field '{name}' has the datatype '{word}', which VOTable does not know",
                "Correct the file: boolean, bit, unsignedByte, short, int, long, char, unicodeChar, float, double, floatComplex, "
                    + "doubleComplex");
        if (size is null && word is "string" or "unicodeString")
            size = "*";
        if (!VoField.TryParseArraySize(size, out var sizes))
            throw Unreadable($"field '{name}' has the arraysize '{size}', which is none, or too large", "Correct the file");
        VoField field = new()
        {
            Name = name,
            Datatype = datatype,
            ArraySize = sizes,
            Unit = NonEmpty(Xml.GetAttribute("unit")),
            Ucd = NonEmpty(Xml.GetAttribute("ucd")),
            Reference = Xml.GetAttribute("ref"),
        };
        if (Xml.IsEmptyElement)
            return field;
        int depth = Xml.Depth;
        while (Xml.Read() && Xml.Depth > depth)
        {
            if (Xml.NodeType is not XmlNodeType.Element)
                continue;
            if (Xml.LocalName == "VALUES")
                field = field with { NullText = NonEmpty(Xml.GetAttribute("null")) };
            else if (Xml.LocalName == "DESCRIPTION" && field.Description is null)
                field = field with { Description = NonEmpty(OneLine(ReadText())) };
        }
        return field;
    }

    /// <summary>Reads the text of an element and leaves the reader on its end.</summary>
    private string ReadText()
    {
        if (Xml.IsEmptyElement)
            return "";
        StringBuilder text = new();
        int depth = Xml.Depth;
        while (Xml.Read() && Xml.Depth > depth)
            if (Xml.NodeType is XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace or XmlNodeType.Whitespace)
                text.Append(Xml.Value);
        return text.ToString();
    }

    private SourceUnreadableException Unreadable(string finding, string remedy) => new(path, finding, remedy);

    private static bool Is(string? text, string word) => string.Equals(text?.Trim(), word, StringComparison.OrdinalIgnoreCase);

    private static string? NonEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
