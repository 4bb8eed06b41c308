using System.Buffers;
using Pile.Fits;

namespace Pile.Builders.Sources.SkyImages;

/// <summary>Pixels as float64, for images whose values float32 rounds or cannot represent before they are converted. The memory is
/// reused.</summary>
internal readonly ref struct WidePixels : IDisposable
{
    private readonly double[] rented;

    private WidePixels(double[] rented, int count)
    {
        this.rented = rented;
        Values = rented.AsSpan(0, count);
    }

    internal ReadOnlySpan<double> Values { get; }

    /// <summary>Returns true if the pixels of an image must not be rounded to float32 before they are multiplied by a factor.</summary>
    internal static bool AreOf(FitsImage image, double factor) => image.Type is FitsType.Float64 || (factor != 1 && AreOf(image));

    /// <summary>Returns true if float32 does not represent every pixel of an image.</summary>
    internal static bool AreOf(FitsImage image) =>
        image.Type is FitsType.Float64 or FitsType.Int32 or FitsType.UInt32 or FitsType.Int64 or FitsType.UInt64;

    /// <summary>Reads a rectangle.</summary>
    /// <param name="image">The image.</param>
    /// <param name="scale">Its scale, which is applied; null if its pixels are linear.</param>
    /// <param name="across">The range along x.</param>
    /// <param name="up">The range along y.</param>
    /// <exception cref="FitsException">The pixels are unreadable.</exception>
    internal static WidePixels Read(FitsImage image, AsinhScale? scale, CutoutWindow across, CutoutWindow up)
    {
        int count = across.Count * up.Count;
        double[] memory = ArrayPool<double>.Shared.Rent(count);
        image.Read<double>(across.Start + across.Skip, up.Start + up.Skip, across.Count, up.Count, memory);
        scale?.ToLinear(memory.AsSpan(0, count));
        return new(memory, count);
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => ArrayPool<double>.Shared.Return(rented);
}
