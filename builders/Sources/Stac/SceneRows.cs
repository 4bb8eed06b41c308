using System.Buffers;
using Pile.Earth;
using Pile.Format;
using Pile.Proj;
using Pile.Stac;

namespace Pile.Builders.Sources.Stac;

/// <summary>The rows of a batch of scenes, without their properties in a common type.</summary>
/// <remarks>Its columns are valid until it is disposed.</remarks>
internal sealed class SceneRows : IDisposable
{
    private const string Nul = "\\u0000", Json = "json", Remedy = "Correct the document, or leave the asset out ('assets.exclude')";
    private static readonly Modality Modality = Modality.Get(Modality.OfScenes, PositionFrame.Wgs84);

    private static readonly ColumnSchema TileColumn =
        Modality.Get(Modality.OfScenes, PositionFrame.Wgs84, hasTiles: true).Column(Partition.Tile, DType.String, []);

    private readonly SceneRecipe recipe;
    private readonly SceneAddresses addresses;
    private readonly Func<string, bool> isText;
    private readonly ColumnMemory memory;
    private readonly SceneGroups groups;
    private readonly List<string> tiles = [];
    private readonly TextValues ids, datetime, product, platform, crs;
    private readonly List<double> lon = [], lat = [], bbox = [], radius = [], mjd = [], mjdEnd = [], transform = [], gsd = [];
    private readonly List<bool> hasNoPlatform = [], hasNoCrs = [], hasNoTransform = [], hasNoGsd = [];
    private readonly List<byte[]> geometry = [];
    private readonly List<ReadOnlyMemory<byte>> documents = [];
    private readonly List<long> indexes = [];
    private readonly Dictionary<string, PropertyColumn> properties = new(StringComparer.Ordinal);
    private string encoding = Json;
    private List<ColumnData> columns = [];

    /// <param name="recipe">The recipe.</param>
    /// <param name="addresses">The addresses of assets.</param>
    /// <param name="isText">True for properties that are stored as text.</param>
    /// <param name="pool">Lends memory for the columns.</param>
    internal SceneRows(SceneRecipe recipe, SceneAddresses addresses, Func<string, bool> isText, ArrayPool<byte> pool)
    {
        (this.recipe, this.addresses, this.isText, memory) = (recipe, addresses, isText, new ColumnMemory(pool));
        groups = new SceneGroups(memory);
        (ids, datetime, product) = (new TextValues(memory), new TextValues(memory), new TextValues(memory));
        (platform, crs) = (new TextValues(memory), new TextValues(memory));
    }

    /// <summary>The number of rows.</summary>
    internal int Count => indexes.Count;

    /// <summary>The index of each scene in its file.</summary>
    internal IReadOnlyList<long> Indexes => indexes;

    /// <summary>The properties by their names, in the order of their first appearance.</summary>
    internal IReadOnlyDictionary<string, PropertyColumn> Properties => properties;

    /// <summary>The columns without the properties, once the rows are complete.</summary>
    internal IReadOnlyList<ColumnData> Columns => columns;

    /// <summary>Adds a scene.</summary>
    /// <exception cref="SceneInvalidException">The geometry, the transform or a CRS is not valid, or the scene is on no tile of the grid;
    /// nothing is added.</exception>
    internal void Add(Scene scene)
    {
        RequireNoNul(scene);
        Footprint footprint = recipe.FootprintOf(scene);
        (string? code, Affine? pixels) = GridOf(scene, footprint.Measures.Bounds);

        FootprintMeasures measures = footprint.Measures;
        if (recipe.Tiles is not null)
            tiles.Add(recipe.Tiles.KeyOf(scene, recipe.Tiles.NamedBy(scene), null, measures.CentreLonDeg, measures.CentreLatDeg));
        encoding = scene.DocumentEncoding;
        indexes.Add(scene.Index);
        ids.Add(scene.Id);
        lon.Add(measures.CentreLonDeg);
        lat.Add(measures.CentreLatDeg);
        bbox.AddRange(SceneFacts.BoxOf(measures.Bounds));
        radius.Add(measures.RadiusDeg);
        geometry.Add(footprint.Wkb.ToArray());
        mjd.Add(scene.Time.StartMjd);
        mjdEnd.Add(scene.Time.EndMjd);
        datetime.Add(SceneFacts.DatetimeOf(scene));
        product.Add(SceneFacts.ProductOf(scene));
        platform.Add(scene.Common.Platform);
        hasNoPlatform.Add(scene.Common.Platform is null);
        crs.Add(code);
        hasNoCrs.Add(code is null);
        transform.AddRange(pixels is { } p ? [p.A, p.B, p.C, p.D, p.E, p.F] : new double[6]);
        hasNoTransform.Add(pixels is null);
        gsd.Add(scene.Common.GsdM ?? 0);
        hasNoGsd.Add(scene.Common.GsdM is null);
        documents.Add(DocumentOf(scene));
        groups.Add(scene, addresses.Of);
        foreach (SceneProperty property in scene.Properties)
            if (!SceneColumns.IsStandard(property.Name))
            {
                if (!properties.TryGetValue(property.Name, out PropertyColumn? column))
                    properties.Add(property.Name, column = new PropertyColumn(isText(property.Name), memory));
                // As in the stored document: links and texts in properties may be signed too.
                column.Add(Count - 1, new JsonValue(SignedQuery.RemoveFrom(property.Value.Json)));
            }
    }

    /// <summary>Copies all rows into columns. The scenes are not needed afterwards.</summary>
    internal void Complete()
    {
        columns = ToColumns();
        documents.Clear();
    }

    /// <summary>Returns the memory of the columns.</summary>
    public void Dispose() => memory.Dispose();

    /// <summary>Returns a column without values.</summary>
    internal PropertyColumn NoValues() => new(isText: false, memory);

    private List<ColumnData> ToColumns() =>
    [
        ids.ToColumn(Column("object_id", DType.String)), Numbers("lon", lon), Numbers("lat", lat), Numbers("mjd", mjd),
        Numbers("mjd_end", mjdEnd), datetime.ToColumn(Column("datetime", DType.String)), Numbers("bbox", bbox, [4]),
        Bytes(Column("geometry", DType.UInt8, [ColumnSchema.Ragged]), [.. geometry.Select(g => new ReadOnlyMemory<byte>(g))]),
        Numbers("footprint_radius", radius), product.ToColumn(Column("product", DType.String)),
        platform.ToColumn(Column("platform", DType.String), Nulls(hasNoPlatform)),
        crs.ToColumn(Column("crs", DType.String), Nulls(hasNoCrs)), Numbers("transform", transform, [6], hasNoTransform),
        .. recipe.Tiles is null ? (ReadOnlySpan<ColumnData>)[] : [TextColumnData.From(TileColumn, tiles)],
        Numbers("gsd", gsd, [], hasNoGsd), .. groups.ToColumns(),
        Bytes(Column("document", DType.UInt8, [ColumnSchema.Ragged]) with { Encoding = encoding }, documents),
    ];

    // The format has no text with U+0000, which JSON and YAML can escape.
    private static void RequireNoNul(Scene scene)
    {
        if (scene.Document.Span.IndexOf("\\u0000"u8) >= 0 || (scene.DocumentEncoding != Json
            && (scene.Properties.Any(p => p.Value.Json.Span.IndexOf("\\u0000"u8) >= 0)
                || scene.Assets.Any(a => a.Key.Contains('\0', StringComparison.Ordinal)))))
            throw new SceneInvalidException(SceneProblem.InvalidValue, scene.Source, scene.Index, scene.Id, "",
                $"it contains the character U+0000 ({Nul})", "Remove the character from the document");
    }

    // The documents of joined scenes follow each other, each on lines of its own; those of YAML begin with its mark.
    private static ReadOnlyMemory<byte> DocumentOf(Scene scene)
    {
        ReadOnlyMemory<byte> document = SignedQuery.RemoveFrom(scene.Document, isYaml: scene.DocumentEncoding != Json);
        if (scene.Joined.IsEmpty)
            return document;
        List<byte> all = [.. document.Span];
        foreach (Scene other in scene.Joined)
        {
            ReadOnlyMemory<byte> next = SignedQuery.RemoveFrom(other.Document, isYaml: scene.DocumentEncoding != Json);
            all.AddRange("\n"u8);
            if (scene.DocumentEncoding != Json && !next.Span.StartsWith("---"u8))
                all.AddRange("---\n"u8);
            all.AddRange(next.Span);
        }
        return all.ToArray();
    }

    /// <summary>Returns CRS and transform of the finest grid of the document; null for what it does not state.</summary>
    private (string? Crs, Affine? Transform) GridOf(Scene scene, LonLatBounds bounds)
    {
        SceneGrid? finest = null;
        string? stated = scene.Grid.Crs;
        string field = "";
        double least = double.PositiveInfinity;
        Consider(scene.Grid, "");
        foreach (SceneAsset asset in scene.Assets)
        {
            if (stated is null && asset.Grid.Crs is { } of)
                (stated, field) = (of, asset.Key);
            Consider(asset.Grid, asset.Key);
        }
        try
        {
            if ((finest?.Crs ?? stated) is not { } definition)
                return (null, null);
            string stored = recipe.Crs.CrsOf(definition).StoredForm;
            return (stored, finest is null ? null
                : TransformReading.Resolve(finest, scene, SceneFacts.BoxOf(bounds), recipe.Crs, field, Remedy));
        }
        catch (CrsInvalidException e)
        {
            throw new SceneInvalidException(SceneProblem.InvalidValue, scene.Source, scene.Index, scene.Id,
                scene.FieldOfCrs(field), e.Message.TrimEnd('.'), Remedy, e);
        }

        void Consider(SceneGrid grid, string key)
        {
            // Whichever of the two orders the six numbers have, the area of a pixel is the smaller determinant.
            if (grid is not { Crs: not null, Transform: [double t0, double t1, double t2, double t3, double t4, double t5] })
                return;
            double area = Math.Min(NonZero(Math.Abs((t0 * t4) - (t1 * t3))), NonZero(Math.Abs((t1 * t5) - (t2 * t4))));
            if (area < least)
                (least, finest, field) = (area, grid, key);
        }

        static double NonZero(double value) => value > 0 ? value : double.MaxValue;
    }

    private static ColumnSchema Column(string name, DType dtype, int[]? shape = null) => Modality.Column(name, dtype, [.. shape ?? []]);

    private static ColumnData<double> Numbers(string name, List<double> values, int[]? shape = null, List<bool>? isNull = null) =>
        new(Column(name, DType.Float64, shape), values.ToArray(), isNull is null ? default : Nulls(isNull));

    private static ReadOnlyMemory<bool> Nulls(List<bool> isNull) =>
        isNull.Contains(true) ? isNull.ToArray() : default(ReadOnlyMemory<bool>);

    private ColumnData<byte> Bytes(ColumnSchema schema, List<ReadOnlyMemory<byte>> rows)
    {
        int bytes = checked((int)rows.Sum(r => (long)r.Length));
        byte[] all = memory.Rent(bytes);
        int[] lengths = new int[rows.Count];
        for (int i = 0, at = 0; i < rows.Count; at += lengths[i++])
        {
            rows[i].CopyTo(all.AsMemory(at));
            lengths[i] = rows[i].Length;
        }
        return new ColumnData<byte>(schema, all.AsMemory(0, bytes), lengths);
    }
}
