using System.Collections.Immutable;
using System.Text.Json;

namespace Pile.Stac;

internal ref partial struct ItemReader
{
    private Scene Finish()
    {
        if (!isFeature || (version is null && assets is null))
            throw Invalid(SceneProblem.NotScene, "type", "the document is not a STAC item: expected \"type\": \"Feature\" and "
                + "'stac_version'",
                Correct);
        if (id is null)
            throw Invalid(SceneProblem.InvalidValue, "id", "the member is missing", Correct);
        if (properties is null)
            throw Invalid(SceneProblem.InvalidValue, "properties", "the member is missing", Correct);
        SceneTime time = ReadTime();
        if (!hasGeometry)
            throw Invalid(SceneProblem.NoGeometry, "geometry", "the item has no geometry", "Add one, or leave the item out");
        if (assets is not { Count: > 0 })
            throw Invalid(SceneProblem.NoAssets, "assets", "the item has no assets", "Add one, or leave the item out");
        SceneGrid itemGrid = ToGrid(grid, "properties.proj:code");
        SceneBand? defaults = hasDefaults ? ReadDefaults() : null;
        return new Scene
        {
            Format = SceneFormat.Stac,
            Version = version ?? "",
            Id = id,
            Collection = collection,
            Geometry = geometry,
            BboxDeg = bboxDeg,
            Time = time,
            Properties = [.. properties],
            Common = Common(),
            Grid = itemGrid,
            Links = links,
            Assets = ToAssets(itemGrid, defaults),
            Others = others?.DrainToImmutable() ?? [],
            Notes = notes is null ? [] : [.. notes],
            Document = document,
            Source = source,
            Index = index,
        };
    }

    /// <summary>Returns the item with the properties of its collection; null if it inherits none, or the collection is not known.</summary>
    private ReadOnlyMemory<byte>? Inherited()
    {
        if (options is null or { AreStored: true } || properties is null || !MayInherit())
            return null;
        if (options.Collections.Find(collection, CollectionLink(), source, options) is { } found)
            return CollectionProperties.Merge(document, found);
        (notes ??= []).Add($"properties that it inherits of its collection are missing: {CollectionText()} is not at hand. Build from the "
            + "catalog or collection, or store the collection where the link leads");
        return null;
    }

    private readonly bool MayInherit()
    {
        if (isMerged || (collection is null && CollectionLink() is null))
            return false;
        JsonValue extensions = default;
        if (others is not null)
            foreach (SceneProperty other in others)
                if (other.Name is "stac_extensions")
                    extensions = other.Value;
        return CollectionProperties.AreInherited(version, extensions);
    }

    private readonly string? CollectionLink()
    {
        foreach (SceneLink link in links)
            if (link.Rel is "collection")
                return link.Href;
        return null;
    }

    private readonly string CollectionText() => CollectionLink() is { } href
        ? $"'{SceneInvalidException.Shown(SignedQuery.Remove(href))}'" : $"'{SceneInvalidException.Shown(collection ?? "")}', to which it "
            + "has no link,";

    private readonly SceneMetadata Common() => new()
    {
        Platform = platform,
        Constellation = constellation,
        Instruments = instruments.IsDefault ? [] : instruments,
        GsdM = gsdM,
        CloudCoverPercent = cloudCoverPercent,
        GridCode = gridCode,
        OffNadirDeg = offNadirDeg,
        IncidenceDeg = incidenceDeg,
        AzimuthDeg = azimuthDeg,
        SunAzimuthDeg = sunAzimuthDeg,
        SunElevationDeg = sunElevationDeg,
    };

    private readonly SceneTime ReadTime()
    {
        (double startMjd, double endMjd) = Mjd("datetime", datetime);
        if (startDatetime is not null || endDatetime is not null)
        {
            if (startDatetime is null || endDatetime is null)
                throw Invalid(SceneProblem.InvalidValue, $"properties.{(startDatetime is null ? "start_datetime" : "end_datetime")}",
                    "the member is missing: an interval has a start and an end", Correct);
            (startMjd, _) = Mjd("start_datetime", startDatetime);
            (_, endMjd) = Mjd("end_datetime", endDatetime);
            if (endMjd < startMjd)
                throw Invalid(SceneProblem.InvalidValue, "properties.end_datetime",
                    $"found '{endDatetime}', which is before the start '{startDatetime}'", Correct);
        }
        return double.IsNaN(startMjd)
            ? throw Invalid(SceneProblem.NoDatetime, "properties.datetime", "the item has no time: expected 'datetime', or null and "
                + "'start_datetime' and 'end_datetime'", "Add one, or leave the item out")
            : new SceneTime(datetime, startDatetime, endDatetime, startMjd, endMjd);
    }

    private readonly (double, double) Mjd(string name, string? text) => text is null ? (double.NaN, double.NaN)
        : SceneTimeText.TryParse(text, out double startMjd, out double endMjd) ? (startMjd, endMjd)
        : throw Invalid($"properties.{name}", $"'{text}'", "a date and time of RFC 3339, such as 2020-07-14T11:55:52Z");

    private readonly SceneGrid ToGrid(GridDraft? draft, string field) => draft is null ? SceneGrid.None : draft.Contradicts
        ? throw Invalid(field, $"'{draft.Code}' and EPSG {draft.Epsg}", "the same system in 'proj:code' and 'proj:epsg'")
        : draft.ToGrid();

    private ImmutableArray<SceneAsset> ToAssets(SceneGrid itemGrid, SceneBand? defaults)
    {
        ImmutableArray<SceneAsset>.Builder list = ImmutableArray.CreateBuilder<SceneAsset>(assets!.Count);
        foreach (AssetDraft draft in assets)
        {
            asset = draft.Key;
            SceneGrid own = ToGrid(draft.Grid, "proj:code");
            SceneAsset read = new()
            {
                Key = draft.Key,
                Href = draft.Href is { Length: > 0 } href ? href : throw Invalid("href", "no address", "an address"),
                Type = draft.Type,
                Title = draft.Title,
                Roles = draft.Roles,
                GsdM = draft.GsdM,
                Bands = ToBands(draft),
                ItemDefaults = defaults,
                OwnGrid = own,
                Grid = own.Or(itemGrid),
                Alternates = draft.Alternates is null ? [] : [.. draft.Alternates],
                Others = draft.Others is null ? [] : [.. draft.Others],
            };
            if (draft.Bands?.Exists(static band => band.AssetKey is not null) is true)
                list.AddRange(SharedFiles.Divide(read));
            else
                list.Add(read);
        }
        if (list.Count > assets.Count && list.CountBy(a => a.Key).FirstOrDefault(a => a.Value > 1) is { Key: { } repeated })
            throw Invalid("pile:asset", $"'{SceneInvalidException.Shown(repeated)}' twice", "keys that no other asset has");
        asset = null;
        return list.DrainToImmutable();
    }

    // 'data_type', 'nodata' and 'unit' are common metadata since STAC 1.1; in older items a property of that name is the publisher's own.
    // The others are of the extensions 'raster' and 'eo' since their version 2, which define them for properties, whatever the version.
    private SceneBand? ReadDefaults()
    {
        BandDraft draft = new();
        bool isCommon = System.Version.TryParse(version?.Split('-')[0], out System.Version? number) && number >= new System.Version(1, 1);
        parent = "properties";
        foreach (SceneProperty property in properties!)
        {
            if (property.Name is not ("raster:scale" or "raster:offset" or "raster:spatial_resolution" or "eo:common_name"
                or "eo:center_wavelength" or "eo:full_width_half_max") && !(isCommon && property.Name is "data_type" or "nodata" or "unit"))
                continue;
            json = new Utf8JsonReader(property.Value.Json.Span);
            json.Read();
            ReadBandMember(property.Name, draft);
        }
        parent = null;
        SceneBand band = draft.ToBand() with { DeniesNodata = false };
        return band == new SceneBand() ? null
            : band with { HasItemDType = band.DType is not null, HasItemNodata = band.Nodata is not null };
    }

    private readonly SceneInvalidException InvalidBand(int number) => itemBands is { Count: > 0 }
        ? Invalid("eo:bands", $"band {number}", $"a number below {itemBands.Count}, the number of bands of the properties")
        : !MayInherit() ? Invalid("eo:bands", $"band {number}", "a band (an object): the properties have no list 'eo:bands' of which "
            + (isMerged ? "it may be a number, nor has their collection" : "it may be a number"))
        : Invalid(SceneProblem.InvalidValue, Path("eo:bands"), $"found band {number} of a list that the properties inherit of the "
            + $"collection: {CollectionText()} is not at hand", "Build from the catalog or collection, store the collection where the link "
            + "leads, or copy its 'eo:bands' to the properties");

    private readonly ImmutableArray<SceneBand> ToBands(AssetDraft draft)
    {
        List<BandDraft> bands = draft.Bands ?? [];
        if (draft.BandNumbers is { } numbers)
        {
            if (itemBands is null && options is { AreStored: true })
                return []; // the bands of a collection are stored beside the document
            foreach (int number in numbers)
                bands.Add(number < itemBands?.Count ? itemBands[number] : throw InvalidBand(number));
        }
        if (draft.Common is { } common)
        {
            if (bands.Count == 0)
                bands.Add(new BandDraft());
            foreach (BandDraft band in bands)
                band.Inherit(common);
        }
        if (bands.Count == 0)
            return [];
        ImmutableArray<SceneBand>.Builder list = ImmutableArray.CreateBuilder<SceneBand>(bands.Count);
        foreach (BandDraft band in bands)
            list.Add(band.ToBand());
        return list.MoveToImmutable();
    }
}
