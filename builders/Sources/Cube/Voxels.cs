using System.Numerics;
using System.Runtime.CompilerServices;
using Pile.Builders.Sources.SpectralCubes;
using Pile.Fits;

namespace Pile.Builders.Sources.Cube;

/// <summary>Reads all voxels of the images of a cube in the order [λ, y, x].</summary>
internal sealed class Voxels(CubeFile file, CubeMemory.Lease memory, CancellationToken cancellationToken)
{
    private const int SlabVoxels = 1 << 22;

    private CubeAxes Axes => file.Axes;

    /// <summary>The shape of a row, [λ, y, x].</summary>
    internal int[] Shape => [(int)Axes.ChannelCount, (int)Axes.Height, (int)Axes.Width];

    /// <summary>Returns whether float32 represents all pixels of an image exactly.</summary>
    internal static bool IsFloat32(FitsImage image) =>
        image.Type is FitsType.Float32 or FitsType.UInt8 or FitsType.Int8 or FitsType.Int16 or FitsType.UInt16;

    /// <summary>Reads an image.</summary>
    internal Memory<T> Read<T>(FitsImage image) where T : unmanaged
    {
        Memory<T> values = Allocate<T>(image);
        foreach (VoxelBox slab in Slabs())
            Axes.Read(image, slab, values.Span.Slice(slab.Channel * slab.PlaneLength, slab.Length));
        return values;
    }

    /// <summary>Reads an image of integers as another type, which represents all of them.</summary>
    internal Memory<T> ReadIntegers<T>(FitsImage image) where T : unmanaged, IBinaryInteger<T>
    {
        Memory<T> values = Allocate<T>(image);
        long[] stored = [];
        foreach (VoxelBox slab in Slabs())
        {
            if (stored.Length < slab.Length)
                stored = new long[slab.Length];
            Axes.Read<long>(image, slab, stored);
            Span<T> target = values.Span.Slice(slab.Channel * slab.PlaneLength, slab.Length);
            for (int i = 0; i < target.Length; i++)
                target[i] = T.CreateTruncating(stored[i]);
        }
        return values;
    }

    /// <summary>Allocates an element for each voxel of an image.</summary>
    internal Memory<T> Allocate<T>(FitsImage image) where T : unmanaged
    {
        long voxels = Axes.ChannelCount * Axes.Height * Axes.Width, most = Array.MaxLength / Unsafe.SizeOf<T>();
        return voxels <= most ? memory.Allocate<T>((int)voxels)
            : throw new FitsException(file.Path, image.Header.Hdu, $"the cube has {voxels} voxels, but a row can have at most {most} "
                + $"of {typeof(T).Name}. Divide it into parts.");
    }

    private IEnumerable<VoxelBox> Slabs()
    {
        VoxelBox box = new(0, 0, 0, (int)Axes.Width, (int)Axes.Height, 0);
        int channels = (int)Axes.ChannelCount, step = Math.Clamp(SlabVoxels / box.PlaneLength, 1, channels);
        for (int channel = 0; channel < channels; channel += step)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return box.At(channel, Math.Min(step, channels - channel));
        }
    }
}
