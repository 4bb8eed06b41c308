using System.Runtime.InteropServices;
using System.Text.Json;

namespace Pile.Stac;

internal ref partial struct ItemReader
{
    internal const int MostBands = 10_000; // hyperspectral sensors have some hundred

    private void ReadAssets()
    {
        Start("assets", JsonTokenType.StartObject, "an object");
        assets = new List<AssetDraft>(24);
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            asset = Name();
            foreach (AssetDraft earlier in CollectionsMarshal.AsSpan(assets))
                if (ReferenceEquals(earlier.Key, asset) || earlier.Key == asset)
                    throw Invalid("", "the key twice", "each key once");
            json.Read();
            Start("", JsonTokenType.StartObject, "an asset (an object)");
            AssetDraft draft = new(asset);
            while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
            {
                string name = Name();
                json.Read();
                ReadAssetMember(name, draft);
            }
            assets.Add(draft);
        }
        asset = null;
    }

    private void ReadAssetMember(string name, AssetDraft draft)
    {
        switch (name)
        {
            case "href":
                draft.Href = json.TokenType is JsonTokenType.String ? json.GetString() : throw Invalid(name, Found(), "an address");
                break;
            case "type":
                draft.Type = TextOrNull(name);
                break;
            case "title":
                draft.Title = TextOrNull(name);
                break;
            case "roles":
                draft.Roles = Texts(name);
                break;
            case "gsd" or "eo:gsd":
                draft.GsdM = NumberOrNull(name);
                break;
            case "eo:bands" or "raster:bands" or "bands" when json.TokenType is not JsonTokenType.Null:
                ReadBands(name, draft.Bands ??= [], draft);
                break;
            case "alternate" when json.TokenType is JsonTokenType.StartObject:
                int start = (int)json.TokenStartIndex;
                ReadAlternates(draft.Alternates ??= []);
                (draft.Others ??= []).Add(new SceneProperty(name, new JsonValue(document[start..(int)json.BytesConsumed])));
                break;
            case "data_type" or "nodata" or "unit" or "raster:scale" or "raster:offset" or "raster:spatial_resolution"
                or "eo:common_name" or "eo:center_wavelength" or "eo:full_width_half_max":
                ReadBandMember(name, draft.Common ??= new BandDraft());
                break;
            default:
                ReadOther(name, draft);
                break;
        }
    }

    private void ReadOther(string name, AssetDraft draft)
    {
        int start = (int)json.TokenStartIndex;
        GridDraft? assetGrid = draft.Grid;
        if (TryReadGrid(name, ref assetGrid))
            draft.Grid = assetGrid;
        else
            json.Skip();
        (draft.Others ??= new List<SceneProperty>(8)).Add(new SceneProperty(name,
            new JsonValue(document[start..(int)json.BytesConsumed])));
    }

    private void ReadAlternates(List<KeyValuePair<string, string>> alternates)
    {
        parent = "alternate";
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            string name = Name();
            json.Read();
            if (json.TokenType is not JsonTokenType.StartObject)
            {
                json.Skip();
                continue;
            }
            while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
            {
                bool isHref = json.ValueTextEquals("href"u8);
                json.Read();
                if (isHref && json.TokenType is JsonTokenType.String)
                    alternates.Add(new(name, json.GetString()!));
                else
                    json.Skip();
            }
        }
        parent = null;
    }

    // Several lists describe the same bands: the first band of each is the first band of the file.
    private void ReadBands(string name, List<BandDraft> bands, AssetDraft? draft)
    {
        Start(name, JsonTokenType.StartArray, "a list of bands");
        int count = 0, before = bands.Count;
        string? outer = parent;
        while (json.Read() && json.TokenType is not JsonTokenType.EndArray)
        {
            if (count == MostBands)
                throw Invalid(name, $"more than {MostBands} bands", $"at most {MostBands}");
            if (json.TokenType is JsonTokenType.Number && draft is not null)
            {
                (draft.BandNumbers ??= []).Add(json.TryGetInt32(out int number) && number >= 0 ? number
                    : throw Invalid(name, Found(), "the number of a band of the item"));
                continue;
            }
            Start(name, JsonTokenType.StartObject, "a band (an object)");
            if (count == bands.Count)
                bands.Add(new BandDraft());
            (parent, element) = (outer is null ? name : $"{outer}.{name}", count);
            while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
            {
                string member = Name();
                json.Read();
                if (member is "name" && name is "raster:bands")
                    bands[count].RasterName = TextOrNull(member);
                else
                    ReadBandMember(member, bands[count]);
            }
            (parent, element) = (outer, -1);
            count++;
        }
        if (before > 0 && count > 0 && count != before)
            (notes ??= []).Add($"asset '{asset}': '{name}' lists {count} bands, another member {before}");
    }

    private void ReadBandMember(string name, BandDraft band)
    {
        switch (name)
        {
            case "name":
                band.Name = TextOrNull(name);
                break;
            case "common_name" or "eo:common_name":
                band.CommonName = TextOrNull(name);
                break;
            case "center_wavelength" or "eo:center_wavelength":
                band.CentreWavelengthUm = NumberOrNull(name);
                break;
            case "full_width_half_max" or "eo:full_width_half_max":
                band.FullWidthHalfMaxUm = NumberOrNull(name);
                break;
            case "data_type":
                band.DType = TextOrNull(name);
                break;
            case "nodata":
                (band.Nodata, band.DeniesNodata) = (NodataOrNull(name), json.TokenType is JsonTokenType.Null);
                break;
            case "unit":
                band.Unit = TextOrNull(name);
                break;
            case "scale" or "raster:scale":
                band.Scale = NumberOrNull(name);
                break;
            case "offset" or "raster:offset":
                band.Offset = NumberOrNull(name);
                break;
            case "gsd":
                band.GsdM = NumberOrNull(name);
                break;
            case "spatial_resolution" or "raster:spatial_resolution":
                band.ResolutionM = NumberOrNull(name);
                break;
            case "pile:band":
                band.FileBand = json.TokenType is JsonTokenType.Number && json.TryGetInt32(out int number) && number > 0 ? number
                    : throw Invalid(name, Found(), "the number of a band in its file, from 1");
                break;
            case "pile:asset":
                band.AssetKey = TextOrNull(name);
                break;
            case "statistics" or "histogram" or "raster:histogram":
                json.Skip();
                break;
            default:
                (band.Others ??= []).Add(new SceneProperty(name, Raw()));
                break;
        }
    }
}
