using System.Globalization;
using System.Text;
using System.Xml;
using Pile.Fits;
using Pile.Format;

namespace Pile.Tables.VoTable;

/// <summary>The serialization of the rows of a VOTable.</summary>
internal enum VoSerialization
{
    /// <summary>The table has no rows.</summary>
    None,

    /// <summary>TR and TD elements.</summary>
    TableData,

    /// <summary>A stream of big-endian values.</summary>
    Binary,

    /// <summary>The same, with a mask of the nulls before each row.</summary>
    Binary2,
}

/// <summary>A VOTable (1.1 to 1.5, any namespace), read up to the rows of one of its tables, with the XML reader positioned on
/// them.</summary>
/// <remarks>A DTD is skipped, external resources are never fetched, and entities other than XML's own are errors.</remarks>
internal sealed partial class VoDocument : IDisposable
{
    private readonly string path;
    private readonly VoFrames frames = new();
    private readonly VoParameters parameters = new();
    private readonly VoMedia media;
    private readonly Dictionary<string, VoTimeSystem> times = new(StringComparer.Ordinal);
    private string? error;

    private readonly string? part;
    private readonly List<string> tables = [];

    private readonly bool withMetadata, fieldsOnly;
    private int metadataDepth = -1;
    private bool skippedMetadata;
    private int dataDepth = int.MaxValue;

    private VoDocument(XmlReader xml, string path, string? part, bool withMetadata, bool fieldsOnly) =>
        (Xml, this.path, this.part, this.withMetadata, this.fieldsOnly, media) = (xml, path, part, withMetadata, fieldsOnly, new(path));

    /// <summary>The reader: on TABLEDATA, BINARY or BINARY2, or after the table if it has no rows.</summary>
    internal XmlReader Xml { get; }

    internal List<VoField> Fields { get; } = [];

    /// <summary>TABLE/@nrows; null without this attribute.</summary>
    internal long? RowCount { get; private set; }

    internal VoSerialization Serialization { get; private set; }

    /// <summary>True if the service reports that its result does not have all rows of the query (DALI 1.1 §4.4.1).</summary>
    internal bool IsTruncated { get; private set; }

    /// <summary>The names or IDs of the tables so far, empty if a table has none.</summary>
    internal IReadOnlyList<string> Tables => tables;

    /// <summary>The index of the table that is read in <see cref="Tables"/>; -1 before it is found.</summary>
    internal int Chosen { get; private set; } = -1;

    /// <summary>Reads up to the rows.</summary>
    /// <param name="content">Opens the XML, which is disposed with the document.</param>
    /// <param name="path">The file, for messages.</param>
    /// <param name="part">The table: its name or ID, or its number from 1; null for the first that is not in a
    /// RESOURCE of the type <c>meta</c>, or the first.</param>
    /// <param name="fieldsOnly">True to read up to the DATA, for a table whose rows are those of a Parquet file.</param>
    /// <exception cref="SourceUnreadableException">The file is not a VOTable, does not contain this table, or reports that the query
    /// failed.</exception>
    /// <exception cref="XmlException">The XML is damaged.</exception>
    internal static VoDocument Open(Func<Stream> content, string path, string? part = null, bool fieldsOnly = false)
    {
        VoDocument document = Open(content, path, part, withMetadata: false, fieldsOnly, referringIds: null);
        if (document.Fields.Count > 0)
            return document;
        document.Dispose();
        return Open(content, path, part, withMetadata: true, fieldsOnly, referringIds: null); // the only tables have metadata
    }

    private static VoDocument Open(Func<Stream> content, string path, string? part, bool withMetadata, bool fieldsOnly,
        IReadOnlyList<string>? referringIds)
    {
        XmlReaderSettings settings = new()
        {
            DtdProcessing = DtdProcessing.Ignore,
            XmlResolver = null,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
            CloseInput = true
        };
        VoDocument document = new(XmlReader.Create(content(), settings), path, part, withMetadata, fieldsOnly)
        {
            content = content,
            referringIds = referringIds
        };
        try
        {
            document.ReadHeader();
            document.CompleteFields();
            return document;
        }
        catch
        {
            document.Dispose();
            throw;
        }
    }

    /// <summary>Returns the frame of a field: that of the COOSYS it refers to, otherwise of the only one that no element refers
    /// to.</summary>
    internal string? FrameOf(VoField field) =>
        fieldsFrom?.FrameOf(field) ?? (frames.FrameOf(field) is { Length: > 0 } known ? known : null);

    /// <summary>Returns the id that a field refers to if no element of the file has it, else null.</summary>
    internal string? MissingReferenceOf(VoField field) => frames.MissingReferenceOf(field);

    /// <summary>Returns the epoch of the positions of a field as a Julian year, from the COOSYS of its frame.</summary>
    internal double? EpochOf(VoField field) => fieldsFrom?.FrameOf(field) is null ? frames.EpochOf(field) : fieldsFrom.EpochOf(field);

    /// <summary>Returns the parameters of the table and its resources as keywords, and the frame of the file as RADESYS; of several
    /// frames all, which is not a frame, so that one must be chosen.</summary>
    internal IReadOnlyList<FitsCard> Keywords()
    {
        IEnumerable<FitsCard> cards = parameters.Cards.Concat(fieldsFrom?.CardsOfTable ?? []);
        return frames.All is not { Length: > 0 } all ? [.. cards]
            : [.. cards, new FitsCard("RADESYS", string.Join(" or ", all), IsText: true, "")];
    }

    /// <summary>Returns the meaning of the times of a field: that of the TIMESYS it refers to, itself or through a GROUP.</summary>
    internal TimeAxis? TimeOf(VoField field) => fieldsFrom?.TimeOf(field)
        ?? (frames.ReferencesOf(field).FirstOrDefault(times.ContainsKey) is { } id ? times[id].AxisOf(field.Unit) : null);

    /// <summary>Returns the medium of the wavelengths of a field: <c>air</c> or <c>vacuum</c>; null if it is not declared.</summary>
    /// <exception cref="SourceUnreadableException">It is declared twice, differently.</exception>
    internal string? MediumOf(VoField field) => fieldsFrom?.MediumOf(field) ?? media.Of(field);

    /// <summary>Reads the elements after the rows, in which a service reports an error that occurred after the first rows (DALI 1.1
    /// §4.4).</summary>
    /// <exception cref="SourceUnreadableException">The service reports an error.</exception>
    internal void ReadTrailer()
    {
        while (Xml.Read())
            if (Xml.NodeType is not XmlNodeType.Element)
                continue;
            else if (Xml.LocalName == "INFO")
                ReadInfo(isAfterRows: true);
            else if (Xml.LocalName == "TABLE")
                IsChosen();
    }

    public void Dispose() => Xml.Dispose();

    private void ReadHeader()
    {
        bool isVoTable = false;
        while (Serialization is VoSerialization.None && Xml.Read())
        {
            if (Xml.NodeType is XmlNodeType.EndElement && Xml.LocalName == "TABLE" && Fields.Count > 0)
                return;
            if (Xml.NodeType is XmlNodeType.EndElement && Xml.LocalName == "RESOURCE" && Xml.Depth == metadataDepth)
                metadataDepth = -1;
            if (Xml.NodeType is XmlNodeType.EndElement && Xml.LocalName == "DATA")
                dataDepth = int.MaxValue;
            if (Xml.NodeType is not XmlNodeType.Element)
                continue;
            media.Add(Xml);
            frames.AddId(Xml);
            switch (Xml.LocalName)
            {
                case "VOTABLE": isVoTable = true; break;
                case "INFO": ReadInfo(isAfterRows: false); break;
                case "GROUP" or "FIELDref": frames.AddReference(Xml); break;
                case "PARAM" when Is(Xml.GetAttribute("name"), "Error"): this.error ??= Xml.GetAttribute("value"); break;
                case "PARAM": parameters.Add(Xml); frames.AddReference(Xml); break;
                case "RESOURCE": BeginResource(); break;
                case "DEFINITIONS": frames.BeginDefinitions(Xml.Depth); break;
                case "COOSYS": frames.Add(Xml); break;
                case "TIMESYS" when Xml.GetAttribute("ID") is { } id && VoTimes.Of(Xml) is { } timeSystem: times[id] = timeSystem; break;
                case "TABLE" when !IsChosen(): SkipTable(); break;
                case "TABLE":
                    BeginTable();
                    if (Xml.IsEmptyElement && Fields.Count > 0)
                        return;
                    break;
                case "FIELD" when fieldsFrom is not null:
                    throw Unreadable($"the table {Label} has its own FIELDs, and refers to the table '{tableReference}' for its fields",
                    "Remove the FIELDs, or the attribute 'ref' of the TABLE");
                case "FIELD": frames.AddReference(Xml); Fields.Add(ReadField()); break;
                case "DATA" or "PARQUET" when fieldsOnly && Fields.Count > 0: return;
                case "DATA" when !Xml.IsEmptyElement: dataDepth = Xml.Depth; break;
                case "VALUES": ReadValues(); break; // of a PARAM
                case "TABLEDATA": Serialization = VoSerialization.TableData; break;
                case "BINARY": Serialization = VoSerialization.Binary; break;
                case "BINARY2": Serialization = VoSerialization.Binary2; break;
                case "FITS":
                    throw Unreadable("its rows are an embedded or external FITS file, which is not supported",
                    "Store them as TABLEDATA or BINARY2, or use the FITS file");
                case "PARQUET": throw RowsInParquet();
                case var unknown when Xml.Depth == dataDepth + 1:
                    throw Unreadable($"its rows are in the element <{unknown}>, which is not supported",
                    "Store them as TABLEDATA or BINARY2");
            }
            if (!isVoTable && Xml.LocalName is "annotation" or "annotations") // Pascal VOC and LabelMe, CVAT
                throw Unreadable($"it is XML with the root <{Xml.LocalName}>, an annotation of pictures and not a VOTable",
                    "Write a table of the boxes, such as CSV with the path of the picture, cells.x, cells.y, cells.width, cells.height and "
                        + "cells.class in each row");
            if (!isVoTable)
                throw Unreadable($"it is XML, but not a VOTable: its root is <{Xml.LocalName}>", "Use a VOTable");
        }
        if (Fields.Count == 0 && !withMetadata && skippedMetadata)
            return;
        if (Fields.Count == 0 && referringIds is null)
            throw WithoutFields();
    }

    // astropy writes this element, which the standard does not have.
    private SourceUnreadableException RowsInParquet()
    {
        int depth = Xml.Depth;
        string? href = null;
        while (href is null && !Xml.IsEmptyElement && Xml.Read() && Xml.Depth > depth)
            if (Xml.NodeType is XmlNodeType.Element && Xml.LocalName == "STREAM")
                href = NonEmpty(Xml.GetAttribute("href"));
        string file = href is null ? "a Parquet file" : $"another resource, the Parquet file '{href}'";
        return Unreadable($"its rows are in {file}, which is not read with it",
            "Read the Parquet file itself, or store the rows as TABLEDATA or BINARY2");
    }

    /// <summary>Returns whether the current TABLE is the one to read.</summary>
    private bool IsChosen()
    {
        string name = Xml.GetAttribute("name") ?? Xml.GetAttribute("ID") ?? "";
        tables.Add(name);
        if (part is null && !withMetadata && metadataDepth >= 0)
        {
            skippedMetadata = true;
            return false;
        }
        string? id = Xml.GetAttribute("ID");
        bool isChosen = referringIds is not null ? part == id : part is null || part == name || part == id
            || (int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number == tables.Count);
        if (isChosen && Fields.Count == 0)
            Chosen = tables.Count - 1;
        return isChosen;
    }

    private void BeginResource()
    {
        // VOTable 1.4, section 3.1: "meta" is for descriptions, such as of services, and "results" for the result of a query.
        if (metadataDepth < 0 || Xml.Depth <= metadataDepth)
            metadataDepth = Is(Xml.GetAttribute("type"), "meta") && !Xml.IsEmptyElement ? Xml.Depth : -1;
        parameters.BeginResource(Xml.Depth);
        frames.BeginResource(Xml.Depth);
    }

    private void SkipTable()
    {
        int depth = Xml.Depth;
        if (!Xml.IsEmptyElement)
            while (Xml.Read() && Xml.Depth > depth)
                if (Xml.NodeType is XmlNodeType.Element && Xml.LocalName is "FIELD")
                    frames.AddReference(Xml);
                else if (Xml.NodeType is XmlNodeType.Element && Xml.LocalName is "VALUES")
                    ReadValues();
    }

    private void ReadInfo(bool isAfterRows)
    {
        string? name = Xml.GetAttribute("name"), value = Xml.GetAttribute("value");
        bool isStatus = Is(name, "QUERY_STATUS"), isFailure = isStatus && Is(value, "ERROR");
        IsTruncated |= isStatus && Is(value, "OVERFLOW");
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

    /// <summary>Reads the text of an element and leaves the reader at its end.</summary>
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
