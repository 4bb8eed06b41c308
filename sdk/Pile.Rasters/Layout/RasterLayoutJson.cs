using System.Globalization;
using System.Text;
using System.Text.Json;
using Pile.Earth;
using Pile.Format;

namespace Pile.Rasters;

/// <summary>Writes and reads the layout of a raster as it is stored in <c>sources.parquet</c>: JSON, and beside it the offsets and sizes of
/// all blocks, those of the levels before those of the mask (SCHEMA.md, section 16).</summary>
internal static class RasterLayoutJson
{
    private const int MaxDepth = 8;
    private const string Stated = "stated";

    /// <summary>Returns a file of a dataset with the layout of its raster.</summary>
    /// <param name="layout">The layout.</param>
    /// <param name="file">Address, size and what identifies the file.</param>
    internal static ReferencedFile AddTo(RasterLayout layout, ReferencedFile file)
    {
        RasterLevel[] levels = [.. layout.Levels, .. layout.MaskLevels];
        return file with
        {
            Raster = Write(layout),
            BlockOffsets = layout.HasBlocks ? [.. levels.SelectMany(level => level.Offsets!)] : null,
            BlockSizes = layout.HasBlocks ? [.. levels.SelectMany(level => level.Sizes!)] : null,
        };
    }

    /// <summary>Returns a file of a dataset whose header was not read, with the shape that a document states of its raster.</summary>
    internal static ReferencedFile AddStated(int width, int height, ReferencedFile file) => file with
    {
        Raster = string.Create(CultureInfo.InvariantCulture, $"{{\"{Stated}\":{{\"width\":{width},\"height\":{height}}}}}"),
    };

    /// <summary>Returns the shape that a document stated of a raster whose header was not read.</summary>
    /// <returns>Null if the dataset does not have it.</returns>
    internal static (int Width, int Height)? StatedOf(ReferencedFile file)
    {
        if (file.Raster is not { } json)
            return null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MaxDepth });
            return StatedOf(document.RootElement);
        }
        catch (Exception e) when (IsInvalid(e))
        {
            return null; // a finding of the layout
        }
    }

    /// <summary>Reads the layout of a file of a dataset.</summary>
    /// <returns>Null if the dataset does not have it.</returns>
    /// <exception cref="SourceUnreadableException">The stored layout is not valid.</exception>
    internal static RasterLayout? Of(ReferencedFile file)
    {
        if (file.Raster is not { } json)
            return null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MaxDepth });
            if (StatedOf(document.RootElement) is not null)
                return null;
            RasterLayout layout = Read(document.RootElement, file.BlockOffsets, file.BlockSizes);
            layout.Require(file.Uri);
            return layout;
        }
        catch (Exception e) when (IsInvalid(e))
        {
            throw new SourceUnreadableException($"'{file.Uri}'", $"its stored layout is not valid: {e.Message.TrimEnd('.')}",
                "Build the dataset again, or run 'pile validate' for all findings", e);
        }
    }

    private static (int Width, int Height)? StatedOf(JsonElement json) => json.TryGetProperty(Stated, out JsonElement shape)
        ? (shape.GetProperty("width").GetInt32(), shape.GetProperty("height").GetInt32()) : null;

    private static bool IsInvalid(Exception e) =>
        e is JsonException or FormatException or InvalidOperationException or KeyNotFoundException;

    private static string Write(RasterLayout layout)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter json = new(bytes))
        {
            json.WriteStartObject();
            json.WriteString("driver", layout.Driver);
            json.WriteBoolean("little_endian", layout.IsLittleEndian);
            WriteText(json, "layer", layout.Layer);
            WriteText(json, "crs", layout.Crs);
            WriteText(json, "crs_citation", layout.CrsCitation);
            if (layout.Transform is { } transform)
                WriteTransform(json, transform);
            if (layout.Resampled is { } grid)
            {
                json.WriteStartObject("resampled");
                json.WriteString("method", WordOf(grid.Method));
                json.WriteNumber("width", grid.Width);
                json.WriteNumber("height", grid.Height);
                WriteTransform(json, grid.Transform);
                json.WriteEndObject();
            }
            if (layout.HasControlPoints)
                json.WriteBoolean("control_points", true);
            json.WriteStartArray("bands");
            foreach (RasterBand band in layout.Bands)
                WriteBand(json, band);
            json.WriteEndArray();
            WriteLevels(json, "levels", layout.Levels);
            if (layout.MaskLevels.Count > 0)
                WriteLevels(json, "mask_levels", layout.MaskLevels);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static void WriteTransform(Utf8JsonWriter json, Affine t)
    {
        json.WriteStartArray("transform");
        foreach (double term in (ReadOnlySpan<double>)[t.A, t.B, t.C, t.D, t.E, t.F])
            json.WriteNumberValue(term);
        json.WriteEndArray();
    }

    private static void WriteBand(Utf8JsonWriter json, RasterBand band)
    {
        json.WriteStartObject();
        json.WriteString("dtype", band.DType.Name());
        WriteNumber(json, "nodata", band.Nodata);
        if (band.Missing.Count > 0)
        {
            json.WriteStartArray("missing");
            foreach (double missing in band.Missing)
                WriteNumber(json, null, missing);
            json.WriteEndArray();
        }
        WriteNumber(json, "valid_min", band.ValidMin);
        WriteNumber(json, "valid_max", band.ValidMax);
        if (band.Scale is not 1)
            json.WriteNumber("scale", band.Scale);
        if (band.Offset is not 0)
            json.WriteNumber("offset", band.Offset);
        if (band.IsAlpha)
            json.WriteBoolean("alpha", true);
        WriteText(json, "name", band.Name);
        json.WriteEndObject();
    }

    private static void WriteLevels(Utf8JsonWriter json, string name, IReadOnlyList<RasterLevel> levels)
    {
        json.WriteStartArray(name);
        foreach (RasterLevel level in levels)
        {
            json.WriteStartObject();
            json.WriteNumber("width", level.Width);
            json.WriteNumber("height", level.Height);
            json.WriteNumber("block_width", level.BlockWidth);
            json.WriteNumber("block_height", level.BlockHeight);
            json.WriteBoolean("tiled", level.IsTiled);
            json.WriteString("interleave", WordOf(level.Interleave));
            json.WriteString("codec", WordOf(level.Codec));
            json.WriteNumber("predictor", (int)level.Predictor);
            json.WriteNumber("bits", level.BitsPerSample);
            if (level.BlockBands is not 1)
                json.WriteNumber("block_bands", level.BlockBands);
            if (level.IsShuffled)
                json.WriteBoolean("shuffle", true);
            if (level.HasFletcher32)
                json.WriteBoolean("fletcher32", true);
            if (level.HasInnerFletcher32)
                json.WriteBoolean("inner_fletcher32", true);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static RasterLayout Read(JsonElement json, long[]? offsets, long[]? sizes)
    {
        RasterBand[] bands = [.. json.GetProperty("bands").EnumerateArray().Select(ReadBand)];
        BlockNumbers blocks = new(offsets, sizes);
        RasterLayout layout = new()
        {
            Driver = json.GetProperty("driver").GetString() ?? throw new FormatException("it names no driver"),
            IsLittleEndian = json.GetProperty("little_endian").GetBoolean(),
            Resampled = json.TryGetProperty("resampled", out JsonElement grid) ? ReadResampled(grid) : null,
            Layer = TextOf(json, "layer"),
            Crs = TextOf(json, "crs"),
            CrsCitation = TextOf(json, "crs_citation"),
            Transform = json.TryGetProperty("transform", out JsonElement terms) ? ReadTransform(terms) : null,
            HasControlPoints = json.TryGetProperty("control_points", out JsonElement points) && points.GetBoolean(),
            Bands = bands,
            Levels = [.. json.GetProperty("levels").EnumerateArray().Select(level => ReadLevel(level, blocks, bands.Length))],
            MaskLevels = json.TryGetProperty("mask_levels", out JsonElement masks)
                ? [.. masks.EnumerateArray().Select(level => ReadLevel(level, blocks, 1))] : [],
        };
        blocks.RequireEnd();
        return layout;
    }

    private static RasterBand ReadBand(JsonElement json) => new()
    {
        DType = Enum.GetValues<DType>().First(type => type.Name() == json.GetProperty("dtype").GetString()),
        Nodata = FindNumber(json, "nodata"),
        Missing = json.TryGetProperty("missing", out JsonElement missing)
            ? [.. missing.EnumerateArray().Select(number => NumberOf(number, "missing"))] : [],
        ValidMin = FindNumber(json, "valid_min"),
        ValidMax = FindNumber(json, "valid_max"),
        Scale = json.TryGetProperty("scale", out JsonElement scale) ? scale.GetDouble() : 1,
        Offset = json.TryGetProperty("offset", out JsonElement offset) ? offset.GetDouble() : 0,
        IsAlpha = json.TryGetProperty("alpha", out JsonElement alpha) && alpha.GetBoolean(),
        Name = TextOf(json, "name"),
    };

    private static double? FindNumber(JsonElement json, string name) =>
        json.TryGetProperty(name, out JsonElement number) ? NumberOf(number, name) : null;

    private static double NumberOf(JsonElement json, string name) => json.ValueKind is JsonValueKind.Number ? json.GetDouble()
        : json.GetString() switch
        {
            "nan" => double.NaN,
            "inf" => double.PositiveInfinity,
            "-inf" => double.NegativeInfinity,
            var word => throw new FormatException($"'{name}' is '{word}'"),
        };

    private static RasterLevel ReadLevel(JsonElement json, BlockNumbers blocks, int bands)
    {
        RasterLevel level = new()
        {
            Width = json.GetProperty("width").GetInt32(),
            Height = json.GetProperty("height").GetInt32(),
            BlockWidth = json.GetProperty("block_width").GetInt32(),
            BlockHeight = json.GetProperty("block_height").GetInt32(),
            IsTiled = json.GetProperty("tiled").GetBoolean(),
            Interleave = Enum.GetValues<RasterInterleave>().First(word => WordOf(word) == json.GetProperty("interleave").GetString()),
            Codec = Enum.GetValues<RasterCodec>().First(word => WordOf(word) == json.GetProperty("codec").GetString()),
            Predictor = (RasterPredictor)json.GetProperty("predictor").GetInt32(),
            BitsPerSample = json.GetProperty("bits").GetInt32(),
            BlockBands = json.TryGetProperty("block_bands", out JsonElement blockBands) ? blockBands.GetInt32() : 1,
            IsShuffled = json.TryGetProperty("shuffle", out JsonElement shuffle) && shuffle.GetBoolean(),
            HasFletcher32 = json.TryGetProperty("fletcher32", out JsonElement checksum) && checksum.GetBoolean(),
            HasInnerFletcher32 = json.TryGetProperty("inner_fletcher32", out JsonElement inner) && inner.GetBoolean(),
        };
        if (level.BlockBands < 1 || level.Width < 1 || level.Height < 1 || level.BlockWidth < 1 || level.BlockHeight < 1)
            throw new FormatException("a level has no pixels");
        return blocks.Next(level.BlockCount(bands), out long[]? offsets, out long[]? sizes)
            ? level with { Offsets = offsets, Sizes = sizes } : level;
    }

    private static RasterResampling ReadResampled(JsonElement json) => new(
        Enum.GetValues<ResamplingMethod>().First(word => WordOf(word) == json.GetProperty("method").GetString()),
        json.GetProperty("width").GetInt32(), json.GetProperty("height").GetInt32(), ReadTransform(json.GetProperty("transform")));

    private static Affine ReadTransform(JsonElement json)
    {
        double[] t = [.. json.EnumerateArray().Select(term => term.GetDouble())];
        return t.Length is 6 ? new Affine(t[0], t[1], t[2], t[3], t[4], t[5])
            : throw new FormatException($"'transform' has {t.Length} terms");
    }

    private static string? TextOf(JsonElement json, string name) =>
        json.TryGetProperty(name, out JsonElement text) ? text.GetString() : null;

    // A member, or an element of a list if it has no name.
    private static void WriteNumber(Utf8JsonWriter json, string? name, double? value)
    {
        if (value is not { } number)
            return;
        if (name is not null)
            json.WritePropertyName(name);
        if (double.IsFinite(number))
            json.WriteNumberValue(number);
        else
            json.WriteStringValue(double.IsNaN(number) ? "nan" : number > 0 ? "inf" : "-inf");
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
            json.WriteString(name, text);
    }

    private static string WordOf<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();

    // Takes the blocks of one level after the other.
    private sealed class BlockNumbers(long[]? offsets, long[]? sizes)
    {
        private int next;

        internal bool Next(long count, out long[]? levelOffsets, out long[]? levelSizes)
        {
            (levelOffsets, levelSizes) = (null, null);
            if (offsets is null || sizes is null)
                return false;
            if (count > Math.Min(offsets.Length, sizes.Length) - next)
                throw new FormatException($"it lists {offsets.Length} offsets and {sizes.Length} sizes, fewer than it has blocks");
            (levelOffsets, levelSizes) = (offsets[next..(next + (int)count)], sizes[next..(next + (int)count)]);
            next += (int)count;
            return true;
        }

        internal void RequireEnd()
        {
            if (offsets is not null && (next != offsets.Length || sizes?.Length != next))
                throw new FormatException($"it lists {offsets.Length} offsets and {sizes?.Length} sizes for {next} blocks");
        }
    }
}
