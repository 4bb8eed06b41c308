using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pile.Format;
using Pile.Reading;

namespace Pile.Publishing.Exporting.Cards;

/// <summary>Writes Croissant 1.0 (MLCommons): JSON-LD with the files of the index and the light columns as a set of records.</summary>
internal static class CroissantCard
{
    private const string Parquet = "application/x-parquet";
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    // Terms of the vocabulary that are those of Croissant; everything else is schema.org.
    private static readonly string[] Terms = ["citeAs", "column", "extract", "field", "fileObject", "fileProperty", "fileSet", "format",
        "includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet", "references", "regex", "repeated",
        "replace", "separator", "source", "subField", "transform"];

    /// <param name="manifest">The dataset's manifest.</param>
    /// <param name="url">The dataset's page on the web, which Croissant requires; null to leave it out.</param>
    /// <param name="published">The date of publication, which Croissant requires; null to leave it out.</param>
    /// <param name="files">The dataset's files.</param>
    internal static string Write(Manifest manifest, string? url, DateOnly? published, FileList files)
    {
        DatasetFile[] tiles = [.. files.Files.Where(f => f.Kind == DatasetFileKind.Index && f.Rows >= 0
            && f.Path.EndsWith(".parquet", StringComparison.Ordinal))];
        JsonArray distribution = [.. tiles.Select(File)];
        JsonObject source = tiles is [var only] ? new() { ["fileObject"] = Reference(only.Path) }
            : new() { ["fileSet"] = Reference("index") };
        if (tiles.Length != 1)
            distribution.Add((JsonNode)new JsonObject
            {
                ["@type"] = "cr:FileSet",
                ["@id"] = "index",
                ["name"] = "index",
                ["description"] = "The tiles of the index: light columns, sorted by position.",
                ["containedIn"] = new JsonArray([.. tiles.Select(t => (JsonNode)Reference(t.Path))]),
                ["encodingFormat"] = Parquet,
                ["includes"] = $"{manifest.Subset}/index/**/*.parquet",
            });
        JsonObject root = new()
        {
            ["@context"] = Context(),
            ["@type"] = "sc:Dataset",
            ["conformsTo"] = "http://mlcommons.org/croissant/1.0",
            ["name"] = manifest.Name,
            ["description"] = manifest.Description ?? manifest.Name,
            ["license"] = CitationCard.IsSpdx(manifest.Provenance.Licence) ? $"https://spdx.org/licenses/{manifest.Provenance.Licence}.html"
                : manifest.Provenance.Licence,
            ["citeAs"] = manifest.Provenance.Citation,
            ["creator"] = new JsonObject { ["@type"] = "sc:Organization", ["name"] = manifest.Provenance.Project },
            ["keywords"] = new JsonArray(manifest.Modality, manifest.Provenance.Survey, manifest.Provenance.Instrument,
                manifest.Provenance.Release),
        };
        // Croissant's versions are semantic ones; those of surveys often are not.
        if (SemanticVersion(manifest.Version) is { } version)
            root["version"] = version;
        if (url is not null)
            root["url"] = url;
        if (published is { } date)
            root["datePublished"] = date.ToString("O", CultureInfo.InvariantCulture);
        root["distribution"] = distribution;
        root["recordSet"] = new JsonArray(new JsonObject
        {
            ["@type"] = "cr:RecordSet",
            ["@id"] = "rows",
            ["name"] = "rows",
            ["description"] = "The light columns of each row.",
            ["key"] = Reference("rows/object_id"),
            ["field"] = new JsonArray([.. manifest.Columns.Where(c => !c.IsHeavy).Select(c => (JsonNode)Field(c, source))]),
        });
        return root.ToJsonString(Indented) + "\n";
    }

    private static string? SemanticVersion(string version) => version.Split('.') is { Length: <= 3 } parts
        && parts.All(p => p is "0" || (p.Length > 0 && p[0] != '0' && p.All(char.IsAsciiDigit)))
        ? string.Join('.', parts.Concat(Enumerable.Repeat("0", 3 - parts.Length))) : null;

    private static JsonObject Field(ColumnSchema column, JsonObject source)
    {
        JsonObject field = new()
        {
            ["@type"] = "cr:Field",
            ["@id"] = $"rows/{column.SqlName}",
            ["name"] = column.SqlName,
            ["description"] = (column.Description ?? column.Name) + (column.Unit is { Length: > 0 } unit ? $" [{unit}]" : ""),
            ["dataType"] = column.DType switch
            {
                DType.String => "sc:Text",
                DType.Bool => "sc:Boolean",
                DType.Float32 or DType.Float64 => "sc:Float",
                _ => "sc:Integer",
            },
        };
        if (!column.IsScalar)
            field["repeated"] = true;
        JsonObject own = (JsonObject)source.DeepClone();
        own["extract"] = new JsonObject { ["column"] = column.SqlName };
        field["source"] = own;
        return field;
    }

    private static JsonNode File(DatasetFile tile) => new JsonObject
    {
        ["@type"] = "cr:FileObject",
        ["@id"] = tile.Path,
        ["name"] = tile.Path,
        ["contentUrl"] = tile.Path,
        ["contentSize"] = $"{tile.Bytes} B",
        ["encodingFormat"] = Parquet,
        ["sha256"] = tile.Sha256,
    };

    private static JsonObject Reference(string id) => new() { ["@id"] = id };

    private static JsonObject Context()
    {
        JsonObject context = new()
        {
            ["@language"] = "en",
            ["@vocab"] = "https://schema.org/",
            ["cr"] = "http://mlcommons.org/croissant/",
            ["sc"] = "https://schema.org/",
            ["dct"] = "http://purl.org/dc/terms/",
            ["conformsTo"] = "dct:conformsTo",
            ["dataType"] = new JsonObject { ["@id"] = "cr:dataType", ["@type"] = "@vocab" },
            ["data"] = new JsonObject { ["@id"] = "cr:data", ["@type"] = "@json" },
            ["examples"] = new JsonObject { ["@id"] = "cr:examples", ["@type"] = "@json" },
        };
        foreach (string term in Terms)
            context[term] = $"cr:{term}";
        return context;
    }
}
