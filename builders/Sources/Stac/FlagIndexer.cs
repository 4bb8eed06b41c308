using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Numerics;
using Pile.Format;

namespace Pile.Builders.Sources.Stac;

/// <summary>Counts pixels by the bits or classes of a band of quality flags.</summary>
/// <param name="name">The name in recipes.</param>
/// <param name="bands">The names of the band.</param>
/// <param name="nodata">The flags of pixels without data; null for the nodata that the document or the file declares for the band.</param>
/// <param name="cloud">The flags of cloudy pixels; null if the band does not tell.</param>
internal class FlagIndexer(string name, ImmutableArray<string> bands, ImmutableArray<PixelFlag>? nodata, ImmutableArray<PixelFlag>? cloud)
    : ChipIndexer(name, bands.AsSpan())
{
    private const byte IsNodata = 1, IsCloud = 2;
    private readonly ConcurrentDictionary<(DType DType, double? Declared), FittedFlags> fitted = new();

    /// <inheritdoc/>
    public override bool MeasuresClouds => cloud is not null;

    /// <inheritdoc/>
    public override ChipStatistics Measure(in ChipBlock block) => block.DType switch
    {
        DType.UInt8 => Count<byte>(block),
        DType.Int8 => Count<sbyte>(block),
        DType.UInt16 => Count<ushort>(block),
        DType.Int16 => Count<short>(block),
        DType.UInt32 => Count<uint>(block),
        DType.Int32 => Count<int>(block),
        _ => throw new SchemaMismatchException("the band of flags", Bands[0], $"expected integers, found {block.DType.Name()}",
            "Name another band in 'stats'"),
    };

    private ChipStatistics Count<T>(in ChipBlock block) where T : unmanaged, IBinaryInteger<T>
    {
        Span<int> counts = stackalloc int[4];
        FittedFlags flags = fitted.GetOrAdd((block.DType, nodata is null ? block.Nodata : null), Fit);
        byte[] kinds = flags.Kinds;
        for (int row = 0; row < block.Height; row++)
        {
            ReadOnlySpan<T> pixels = block.Row<T>(row);
            ReadOnlySpan<byte> valid = block.ValidRow(row);
            for (int x = 0; x < pixels.Length; x++)
            {
                // Flags of signed bands are bits: -1 has all of them.
                ulong value = ulong.CreateTruncating(pixels[x]) & (typeof(T) == typeof(sbyte) ? 0xFFUL : typeof(T) == typeof(short) ? 0xFFFF
                    : typeof(T) == typeof(int) ? 0xFFFF_FFFF : ulong.MaxValue);
                int kind = value < (ulong)kinds.Length ? kinds[value] : flags.KindOf(value);
                counts[!valid.IsEmpty && valid[x] == 0 ? kind | IsNodata : kind]++;
            }
        }
        int missing = counts[IsNodata] + counts[IsNodata | IsCloud] + block.OutsidePixels;
        return cloud is null ? new ChipStatistics(missing, null, null)
            : new ChipStatistics(missing, counts[IsCloud] + counts[IsNodata | IsCloud], counts[0]);
    }

    // A flag that no pixel can have would count nothing, and hide a mistake.
    private FittedFlags Fit((DType DType, double? Declared) band)
    {
        return new FittedFlags([.. (nodata ?? []).Select(Fitted)], [.. (cloud ?? []).Select(Fitted)], OfNodata(band.DType, band.Declared));

        PixelFlag Fitted(PixelFlag flag) => flag.For(band.DType) ?? throw new SchemaMismatchException("the band of flags", Bands[0],
            $"no pixel of {band.DType.Name()} can have {flag}", "Correct 'flags' in 'stats'");
    }

    private static PixelFlag? OfNodata(DType dtype, double? declared) =>
        declared is { } value && Math.Abs(value) <= uint.MaxValue && double.IsInteger(value)
            ? PixelFlag.OfClass((long)value).For(dtype) : null;

    private sealed class FittedFlags
    {
        private readonly ImmutableArray<PixelFlag> nodata, cloud;
        private readonly PixelFlag? declared;

        internal FittedFlags(ImmutableArray<PixelFlag> nodata, ImmutableArray<PixelFlag> cloud, PixelFlag? declared)
        {
            (this.nodata, this.cloud, this.declared) = (nodata, cloud, declared);
            Kinds = [.. Enumerable.Range(0, 1 << 16).Select(value => KindOf((ulong)value))];
        }

        internal byte[] Kinds { get; }

        // The bits of a declared nodata, such as 255, say nothing.
        internal byte KindOf(ulong value) => declared?.Is(value) is true ? IsNodata
            : (byte)((nodata.Any(flag => flag.Is(value)) ? IsNodata : 0) | (cloud.Any(flag => flag.Is(value)) ? IsCloud : 0));
    }
}
