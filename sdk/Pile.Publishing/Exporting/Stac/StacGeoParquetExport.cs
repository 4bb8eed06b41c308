using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Pile.DuckDb;
using Pile.Earth;
using Pile.Format;
using Pile.Reading;
using Pile.Stac;

namespace Pile.Publishing.Exporting.Stac;

/// <summary>Writes scenes or chips as one file <c>items.parquet</c> after the stac-geoparquet specification 1.0: a row per item, with the
/// members of <c>properties</c> as columns, <c>assets</c> as a struct, and times as timestamps.</summary>
/// <remarks>DuckDB finds the types of the members from all items that differ in their names or kinds of values: values of different types
/// are JSON text, and texts stay texts. The items are written to a temporary file first, because the types are known only after the last
/// one.</remarks>
internal sealed partial class StacGeoParquetExport(Dataset dataset, ExportOptions options)
{
    private const string FileName = "items.parquet", NoTime = "none";

    // DuckDB holds the rows of a group in memory, with all their nested values.
    private const int RowGroupRows = 16_384;
    private static readonly string[] Times = ["datetime", "start_datetime", "end_datetime", "created", "updated", "published", "expires"];
    private static readonly string[] Columns =
        ["id", "stac_version", "stac_extensions", "geometry", "bbox", "links", "assets", "collection", "type"];

    private readonly StacItems items = new(dataset);
    private readonly SortedDictionary<string, StacExtent> collections = new(StringComparer.Ordinal);
    private readonly SortedSet<string> properties = new(StringComparer.Ordinal), leftOut = new(StringComparer.Ordinal);
    private readonly MemberNames names = new();
    private readonly JsonShapes shapes = new();
    private readonly LargeIntegers large = new();
    private bool hasLinks, mayHaveNegativeZero;
    private long rows, longest;

    internal async Task<ExportSummary> RunAsync(ExportFolder folder, CancellationToken cancellationToken)
    {
        string path = Path.Combine(folder.Path, FileName), lines = Path.Combine(folder.Path, "items.ndjson"),
            different = Path.Combine(folder.Path, "shapes.ndjson");
        long total = await dataset.SelectedRowsAsync(cancellationToken).ConfigureAwait(false);
        FileStream all = Create(lines), some = Create(different);
        await using (all.ConfigureAwait(false))
        await using (some.ConfigureAwait(false))
            await foreach (StacRow row in items.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                ReadOnlyMemory<byte> line = Add(row);
                await all.WriteAsync(line, cancellationToken).ConfigureAwait(false);
                if (shapes.Add(line.Span))
                {
                    CheckNames(row, line);
                    await some.WriteAsync(line, cancellationToken).ConfigureAwait(false);
                }
                options.Progress?.Report(new PhaseProgress("export", ++rows, total));
            }
        if (rows == 0)
            throw new DatasetInvalidException(dataset.Address, "it has no rows, and the columns of a file of items are those of its items",
                "Export a dataset with rows");
        if (leftOut.Count > 0)
            options.OnMessage?.Invoke($"properties without a name, with the name of a member of the item, or of another property but "
                + $"for case, are left out: {string.Join(", ", leftOut)}");
        if (items.WithRelativeAddresses > 0)
            options.OnMessage?.Invoke($"{items.WithRelativeAddresses} documents have addresses of assets that are relative to the folder "
                + "from which they were read; they are exported unchanged");
        await Task.Run(() => WriteFile(lines, different, path, cancellationToken), cancellationToken).ConfigureAwait(false);
        File.Delete(lines);
        File.Delete(different);
        DiskFlush.File(path);
        return new ExportSummary(folder.OutputPath, rows, 1, new FileInfo(path).Length);

        static FileStream Create(string path) => new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 20);
    }

    /// <summary>Returns the line of an item.</summary>
    private ReadOnlyMemory<byte> Add(StacRow row)
    {
        if (!collections.TryGetValue(row.Collection, out StacExtent? extent))
            collections.Add(row.Collection, extent = new StacExtent());
        extent.Add(row);
        using JsonDocument item = JsonDocument.Parse(row.Item([]));
        ArrayBufferWriter<byte> line = new();
        using (Utf8JsonWriter json = new(line))
        {
            json.WriteStartObject();
            json.WriteNumber("n", rows);
            json.WriteString("wkb", $"x{Convert.ToHexString(row.Wkb.Span)}");
            json.WriteStartArray("box");
            foreach (double side in row.BboxDeg)
                json.WriteNumberValue(side);
            json.WriteEndArray();
            json.WriteString("id", row.Id);
            json.WriteString("collection", row.Collection);
            json.WriteString("stac_version", Text(item.RootElement, "stac_version") ?? "1.1.0");
            json.WriteStartArray("stac_extensions");
            if (item.RootElement.TryGetProperty("stac_extensions", out JsonElement extensions)
                && extensions.ValueKind is JsonValueKind.Array)
                foreach (JsonElement extension in extensions.EnumerateArray())
                    json.WriteStringValue(extension.ToString());
            json.WriteEndArray();
            AddLinks(json, item.RootElement);
            JsonElement assets = item.RootElement.GetProperty("assets");
            json.WritePropertyName("assets");
            if (large.Add("assets", assets))
                assets.WriteTo(json);
            else
                json.WriteRawValue("{}");
            AddProperties(json, row, item.RootElement);
            json.WriteEndObject();
        }
        mayHaveNegativeZero |= MayHaveNegativeZero(line.WrittenSpan);
        line.Write("\n"u8);
        longest = Math.Max(longest, line.WrittenCount);
        return line.WrittenMemory;
    }

    // A text that looks like one is harmless: the file is then written without dictionaries.
    private static bool MayHaveNegativeZero(ReadOnlySpan<byte> json)
    {
        for (int at; (at = json.IndexOf("-0"u8)) >= 0;)
        {
            bool isNumber = at > 0 && (char)json[at - 1] is (':' or ',' or '[');
            json = json[(at + 2)..];
            ReadOnlySpan<byte> after = json.TrimStart(".0"u8);
            if (isNumber && (after.IsEmpty || !char.IsAsciiDigit((char)after[0])))
                return true;
        }
        return false;
    }

    private void CheckNames(StacRow row, ReadOnlyMemory<byte> line)
    {
        using JsonDocument item = JsonDocument.Parse(line);
        string? fault = names.Add(item.RootElement.GetProperty("assets"), "assets")
            ?? item.RootElement.GetProperty("properties").EnumerateObject().Select(property => names.Add(property.Value, property.Name))
                .FirstOrDefault(found => found is not null);
        if (fault is not null)
            throw new DatasetInvalidException(dataset.Address, $"'{row.Id}': {fault}, which columns of a Parquet file cannot have",
                "Export it as 'stac', or a copy of the rows with the same names ('pile copy --where')");
    }

    private void AddLinks(Utf8JsonWriter json, JsonElement item)
    {
        json.WriteStartArray("links");
        if (item.TryGetProperty("links", out JsonElement links) && links.ValueKind is JsonValueKind.Array)
            foreach (JsonElement link in links.EnumerateArray())
            {
                hasLinks = true;
                json.WriteStartObject();
                foreach (string name in (string[])["href", "rel", "type", "title"])
                    json.WriteString(name, Text(link, name));
                json.WriteEndObject();
            }
        json.WriteEndArray();
    }

    private void AddProperties(Utf8JsonWriter json, StacRow row, JsonElement item)
    {
        json.WriteStartObject("properties");
        HashSet<string> written = new(StringComparer.Ordinal);
        JsonElement all = item.GetProperty("properties");
        // A date without a time is the interval of a day, in these items and in those that are written by StacItemWriter.
        string? day = Text(all, "start_datetime") is null && Text(all, "datetime") is { Length: 10 } date ? date : null;
        if (day is not null)
        {
            AddDay(json, row, all);
            written.UnionWith(["datetime", "start_datetime", "end_datetime"]);
        }
        foreach (JsonProperty property in all.EnumerateObject())
        {
            if (property.Name.Length == 0 || Columns.Contains(property.Name, StringComparer.OrdinalIgnoreCase)
                || (!properties.Contains(property.Name)
                    && properties.Any(p => p.Equals(property.Name, StringComparison.OrdinalIgnoreCase))))
                leftOut.Add(property.Name.Length == 0 ? "''" : property.Name);
            else if (written.Add(property.Name) && property.Value.ValueKind is not JsonValueKind.Null)
            {
                properties.Add(property.Name);
                if (Times.Contains(property.Name))
                    json.WriteString(property.Name, TimeOf(property.Value, property.Name) ?? throw NotTime(row, property));
                else if (large.Add(property.Name, property.Value))
                    property.WriteTo(json);
            }
        }
        json.WriteEndObject();
        large.WriteTo(json);
    }

    private void AddDay(Utf8JsonWriter json, StacRow row, JsonElement all)
    {
        JsonProperty day = all.EnumerateObject().Last(p => p.Name == "datetime");
        foreach (string name in (string[])["start_datetime", "end_datetime"])
        {
            properties.Add(name);
            json.WriteString(name, TimeOf(day.Value, name) ?? throw NotTime(row, day));
        }
    }

    /// <summary>Returns a time in the notation that DuckDB reads; null if it is not a time. A leap second is the end of its day, because
    /// timestamps have none, and an interval that ends with a date has the whole day.</summary>
    private static string? TimeOf(JsonElement value, string name)
    {
        if (value.ValueKind is not JsonValueKind.String)
            return null;
        try
        {
            if (name is "end_datetime" && value.GetString() is { Length: 10 } date)
                return StacItemWriter.EndOf(date);
            double mjd = IsoTime.Parse(value.GetString()!).StartMjd;
            return Clock().Match(value.GetString()!.Trim()) is { Success: true } time && !time.Groups["second"].Value.StartsWith(":60",
                StringComparison.Ordinal)
                ? $"{time.Groups["date"]}T{time.Groups["minute"]}{(time.Groups["second"] is { Success: true } second ? second : ":00")}"
                    .Replace(',', '.') + time.Groups["offset"].Value.ToUpperInvariant()
                : $"{new DateOnly(1858, 11, 17).AddDays((int)mjd):yyyy-MM-dd}T00:00:00Z";
        }
        catch (Exception e) when (e is FormatException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    [GeneratedRegex("^(?<date>[0-9-]{10})[Tt ](?<minute>[0-9]{2}:[0-9]{2})(?<second>:[0-9.,]+)?(?<offset>.*)$",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Clock();

    private DatasetInvalidException NotTime(StacRow row, JsonProperty property) => new(dataset.Address,
        $"'{row.Id}': the property '{property.Name}' is '{SceneInvalidException.Shown(property.Value.ToString())}', which is not a "
            + "time as in 2019-02-12T19:26:51Z; it is a timestamp in stac-geoparquet",
        "Export it as 'stac', or correct the item and build the dataset again");

    private void WriteFile(string lines, string different, string path, CancellationToken cancellationToken)
    {
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory(new DuckDbSettings { Threads = 1 });
        using DuckDbConnection connection = database.Connect();
        StringBuilder select = new("id, stac_version, stac_extensions::VARCHAR[] AS stac_extensions, unhex(wkb[2:]) AS geometry, "
            + "{'xmin': box[1]::DOUBLE, 'ymin': box[2]::DOUBLE, 'xmax': box[3]::DOUBLE, 'ymax': box[4]::DOUBLE} AS bbox, ");
        select.Append(hasLinks ? "list_transform(links, lambda l: {'href': l.href::VARCHAR, 'rel': l.rel::VARCHAR, "
            + "'type': l.type::VARCHAR, 'title': l.title::VARCHAR}) AS links, "
            : "[]::STRUCT(href VARCHAR, rel VARCHAR, \"type\" VARCHAR, title VARCHAR)[] AS links, ");
        select.Append(CultureInfo.InvariantCulture, $"{large.ColumnOf("assets", "assets")} AS assets, collection");
        foreach (string name in properties.Concat(Times[..1]).Distinct())
        {
            string column = DuckDbSql.Identifier(name);
            string value = properties.Contains(name) ? large.ColumnOf(name, $"properties.{column}") : "NULL::VARCHAR";
            select.Append(CultureInfo.InvariantCulture,
                $", {(Times.Contains(name) ? $"{value}::VARCHAR::TIMESTAMPTZ" : value)} AS {column}");
        }
        // The lines are in the order of the items, which DuckDB keeps: a sort would hold all of them in memory.
        // Texts that look like dates stay texts: only the times of STAC are times.
        string reading = $"format = 'newline_delimited', maximum_object_size = {Math.Max(longest * 2, 1 << 24)}";
        string types = JsonColumnTypes.Find(connection, $"read_json({DuckDbSql.Literal(different)}, {reading}, sample_size = -1, "
            + $"map_inference_threshold = -1, field_appearance_threshold = 0, dateformat = '%Y {NoTime}', timestampformat = '%Y {NoTime}')",
            cancellationToken);
        connection.Execute($"COPY (SELECT {select} FROM read_json({DuckDbSql.Literal(lines)}, {reading}, columns = {types})) "
            + $"TO {DuckDbSql.Literal(path)} (FORMAT parquet, ROW_GROUP_SIZE {RowGroupRows}, "
            + $"COMPRESSION zstd{ParquetCopy.OptionFor(mayHaveNegativeZero)}, KV_METADATA {{geo: {DuckDbSql.Literal(Geo)}, "
            + $"'stac-geoparquet': {DuckDbSql.Literal(Metadata())}}})", cancellationToken: cancellationToken);
    }

    // GeoParquet 1.1.0, file metadata, with the box as covering.
    private static string Geo => """
        {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": {"encoding": "WKB",
        "geometry_types": ["Polygon", "MultiPolygon"], "orientation": "counterclockwise", "edges": "planar",
        "covering": {"bbox": {"xmin": ["bbox", "xmin"], "ymin": ["bbox", "ymin"], "xmax": ["bbox", "xmax"], "ymax": ["bbox", "ymax"]}}}}}
        """.ReplaceLineEndings("");

    private string Metadata() => $"{{\"version\": \"1.0.0\", \"collections\": {{{string.Join(", ", collections.Select(CollectionOf))}}}}}";

    private string CollectionOf(KeyValuePair<string, StacExtent> collection) => $"{JsonTexts.Quoted(collection.Key)}: "
        + Encoding.UTF8.GetString(StacCatalogText.Collection(dataset.Manifest, collection.Key, collection.Value, []).Span);

    private static string? Text(JsonElement element, string name) => element.ValueKind is JsonValueKind.Object
        && element.TryGetProperty(name, out JsonElement value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}
