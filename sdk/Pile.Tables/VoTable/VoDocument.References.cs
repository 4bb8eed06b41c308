using System.Globalization;
using Pile.Fits;
using Pile.Format;

namespace Pile.Tables.VoTable;

/// <content>Tables that have the fields of another table: TABLE/@ref.</content>
internal sealed partial class VoDocument
{
    private Func<Stream> content = null!;

    /// <summary>Null for the table to read; for one that others refer to, whose ID is then the part, the IDs of these others.</summary>
    private IReadOnlyList<string>? referringIds;

    private VoDocument? fieldsFrom;
    private string? tableReference;
    private int tableDepth;

    /// <summary>The parameters of the table, without those of its resource, and of the table whose fields it has.</summary>
    private IEnumerable<FitsCard> CardsOfTable => parameters.Within(tableDepth).Concat(fieldsFrom?.CardsOfTable ?? []);

    private string Label => part is not null ? $"'{part}'" : tables[Chosen] is { Length: > 0 } name ? $"'{name}'" : $"#{Chosen + 1}";

    /// <summary>Begins the table to read, on which the reader is.</summary>
    private void BeginTable()
    {
        RowCount = long.TryParse(Xml.GetAttribute("nrows"), NumberStyles.None, CultureInfo.InvariantCulture, out long rows) ? rows : null;
        (tableDepth, tableReference) = (Xml.Depth, NonEmpty(Xml.GetAttribute("ref")));
        string[] referring = [.. referringIds ?? [], .. Xml.GetAttribute("ID") is { } own ? [own] : (string[])[]];
        if (tableReference is null || referring.Contains(tableReference))
            return;
        using VoDocument other = Open(content, path, tableReference, withMetadata: true, fieldsOnly: true, referring);
        if (other.Fields.Count == 0)
            return;
        fieldsFrom = other; // its reader is not needed any more
        Fields.AddRange(other.Fields);
    }

    /// <summary>Returns why the file has no table to read.</summary>
    private PileException WithoutFields() =>
        part is not null && tables.Count > 0 && Chosen < 0
            ? new TablePartNotFoundException(path, part, $"it has no table '{part}', but "
                + $"{string.Join(", ", tables.Select((name, i) => name.Length > 0 ? $"#{i + 1} '{name}'" : $"#{i + 1}"))}")
        : part is null && error is not null
            ? Unreadable($"the service that created it reports: {error.Trim('"', ' ', '.')}", "Correct the query and fetch it again")
        : tables.Count == 0 ? Unreadable("the file contains no table", "Use a VOTable with a TABLE")
        : tableReference is not null
            ? Unreadable($"the table {Label} has the fields of the table with the ID '{tableReference}', which is not in the file, or has "
                + "no FIELD", "Correct the attribute 'ref' of the TABLE, or add its FIELDs")
        : Unreadable(part is not null || tables.Count == 1 ? $"the table {Label} has no FIELD" : $"its {tables.Count} tables have no FIELD",
            "Use a TABLE with FIELDs, which declare its columns");
}
