using System.Globalization;
using Pile.Fits;
using Pile.Format;

namespace Pile.Publishing;

/// <summary>An image as FITS: one image HDU per band, with the band's name, unit and WCS; a single HDU if the image has no bands. A cube
/// has the WCS of its row.</summary>
/// <remarks>Booleans are written as bytes 0 and 1, int8 as int16, because FITS
/// has no such pixel types. Masks give their polarity in MASKPOL.</remarks>
internal sealed class FitsImageFile : FitsRowFile
{
    private const string CubeWcs = "cube_wcs", ZeroPoints = "frame_zero_point";

    private readonly ImageGroup? group;
    private readonly string? wcsColumn;
    private readonly bool hasFrameZeroPoints;

    /// <exception cref="ArgumentException">The pixels are uint64, or the name is too long.</exception>
    internal FitsImageFile(Manifest manifest, ViewColumns view, ColumnSchema schema) : base(manifest, view, schema)
    {
        if (schema.DType == DType.UInt64)
            throw new ArgumentException($"Column '{schema.Name}' is uint64, which is not a pixel type of FITS: use format npy.",
                nameof(schema));
        _ = FitsText.Name(schema.Name);
        group = ImageGroup.Of(view, schema);
        wcsColumn = group is not null ? group.WcsColumn
            : Modality.Get("cube").Find(schema.Name)?.Dims is ["lambda", "y", "x"]
                && view.FindExact(CubeWcs) is { DType: DType.String, Shape: [] } ? CubeWcs : null;
        // Zero points of the frames that the pixels of image_array were taken from, one for each band.
        hasFrameZeroPoints = group is not null && schema.Name == "image_array"
            && view.FindExact(ZeroPoints) is { DType: DType.Float32, Shape: [int bands] } && bands == schema.Shape[0];
    }

    internal override IEnumerable<string> Companions =>
        base.Companions.Concat(group?.Companions ?? (wcsColumn is null ? [] : [wcsColumn]))
            .Concat(hasFrameZeroPoints ? [ZeroPoints] : []);

    internal override void Check(RowBatch batch, int row)
    {
        int bandCount = group?.BandsOf(batch, row, batch[Schema.Name], Manifest.Name).Length ?? 1;
        for (int band = 0; band < bandCount; band++)
            foreach (FitsCard card in WcsCards(batch, row, band))
                try
                {
                    _ = card.Format();
                }
                catch (ArgumentException e)
                {
                    throw new DatasetInvalidException(Manifest.Name, $"column '{wcsColumn}', band {band}: {e.Message}",
                        "Run 'pile validate' for all findings, or use format npy");
                }
    }

    private protected override void WriteValues(FitsWriter writer, RowBatch batch, int row)
    {
        ColumnData image = batch[Schema.Name];
        ReadOnlySpan<int> shape = image.ShapeOf(row);
        if (group is null)
        {
            WritePixels(writer, image, row, 0, shape, FitsText.Name(Schema.Name),
                [.. ColumnCards(image.Schema, image.Schema.Unit), .. WcsCards(batch, row, 0)]);
            return;
        }
        string[] bands = group.BandsOf(batch, row, image, Manifest.Name);
        for (int band = 0; band < bands.Length; band++)
        {
            BandSchema? declared = image.Schema.Bands.FirstOrDefault(b => b.Name == bands[band]);
            List<FitsCard> cards = [FitsCard.Text("BAND", FitsText.Prose(bands[band])),
                .. ColumnCards(image.Schema, declared?.Unit ?? image.Schema.Unit)];
            if ((declared?.ZeroPointMag ?? ZeroPointMag(batch, row, band)) is { } zeroPoint && double.IsFinite(zeroPoint))
                cards.Add(FitsCard.Real("MAGZERO", zeroPoint, "[mag] magnitude of one unit of flux"));
            if (declared?.MaskBits is { } bits)
                cards.Add(FitsCard.Text("MASKBITS", FitsText.Prose(bits)));
            WritePixels(writer, image, row, band, shape[1..], FitsText.Prose(bands[band]), [.. cards, .. WcsCards(batch, row, band)]);
        }
    }

    /// <summary>Returns the zero point of the frame of a band, with the digits that it has in float32; null if it is unknown.</summary>
    private double? ZeroPointMag(RowBatch batch, int row, int band) =>
        hasFrameZeroPoints && batch[ZeroPoints] is ColumnData<float> zeroPoints && !zeroPoints.IsNullAt(row)
            ? double.Parse(zeroPoints.Row(row)[band].ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) : null;

    private static IEnumerable<FitsCard> ColumnCards(ColumnSchema column, string? unit)
    {
        if (FitsUnitText.Of(unit) is { } plain)
            yield return FitsCard.Text("BUNIT", plain);
        if (column.MaskPolarity is { } polarity)
            yield return FitsCard.Text("MASKPOL",
                polarity switch { MaskPolarity.TrueIsGood => "1 is good", MaskPolarity.TrueIsBad => "1 is bad", _ => "0 is good" });
    }

    // Keywords that describe the structure of the file follow from what is written, not from the frame that the cut-out was taken from.
    private IEnumerable<FitsCard> WcsCards(RowBatch batch, int row,
        int band) => wcsColumn is { } column && batch[column] is TextColumnData cards && !cards.IsNullAt(row)
        ? FitsCard.Parse(cards.Text(row, band)).Where(c => c.Value is not null
            && !c.Keyword.StartsWith("NAXIS", StringComparison.Ordinal)
            && c.Keyword is not ("SIMPLE" or "XTENSION" or "BITPIX" or "EXTEND" or "PCOUNT" or "GCOUNT" or "GROUPS" or "THEAP" or "TFIELDS"
                or "END" or "BSCALE" or "BZERO"
                or "BLANK" or "EXTNAME" or "EXTVER" or "EXTLEVEL" or "INHERIT" or "CHECKSUM" or "DATASUM" or "BUNIT" or "BAND"
                or "CONTINUE"))
        : [];

    private static void WritePixels(FitsWriter writer, ColumnData image, int row, int plane, ReadOnlySpan<int> shape, string name,
        List<FitsCard> cards)
    {
        long[] axes = [.. shape.ToArray().Reverse().Select(n => (long)n)];
        int pixels = (int)axes.Aggregate(1L, (a, b) => a * b), first = plane * pixels;
        switch (image)
        {
            case ColumnData<bool> c:
                writer.WriteImage(Converted(c, static good => good ? (byte)1 : (byte)0), axes, name, cards);
                break;
            case ColumnData<sbyte> c:
                writer.WriteImage(Converted(c, static value => (short)value), axes, name, cards);
                break;
            case ColumnData<byte> c:
                Write(c);
                break;
            case ColumnData<short> c:
                Write(c);
                break;
            case ColumnData<ushort> c:
                Write(c);
                break;
            case ColumnData<int> c:
                Write(c);
                break;
            case ColumnData<uint> c:
                Write(c);
                break;
            case ColumnData<long> c:
                Write(c);
                break;
            case ColumnData<float> c:
                Write(c);
                break;
            case ColumnData<double> c:
                Write(c);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(image), image.Schema.DType, "FITS has no such pixel type.");
        }

        void Write<T>(ColumnData<T> c) where T : unmanaged => writer.WriteImage(c.Row(row).Slice(first, pixels), axes, name, cards);

        ReadOnlySpan<TPixel> Converted<T, TPixel>(ColumnData<T> c, Func<T, TPixel> convert) where T : unmanaged where TPixel : unmanaged
        {
            TPixel[] converted = new TPixel[pixels];
            ReadOnlySpan<T> values = c.Row(row).Slice(first, pixels);
            for (int i = 0; i < converted.Length; i++)
                converted[i] = convert(values[i]);
            return converted;
        }
    }
}
