using Pile.Fits;

namespace Pile.Builders.Sources.SpectralCubes;

/// <summary>The axes of a cube in its file, from 0. All others have one pixel.</summary>
/// <param name="Lengths">Pixels along all axes, the fastest first.</param>
/// <param name="X">The axis that columns run along.</param>
/// <param name="Y">The axis that rows run along.</param>
/// <param name="Channel">The axis that channels run along.</param>
/// <param name="IsReversed">True if the channels are read from the last to the first.</param>
internal sealed record CubeAxes(long[] Lengths, int X, int Y, int Channel, bool IsReversed = false)
{
    /// <summary>Spaxels along x.</summary>
    internal long Width => Lengths[X];

    /// <summary>Spaxels along y.</summary>
    internal long Height => Lengths[Y];

    internal long ChannelCount => Lengths[Channel];

    /// <summary>Reads a box of voxels in the order [channel, y, x].</summary>
    internal void Read<T>(FitsImage image, VoxelBox box, Span<T> destination) where T : unmanaged
    {
        long[] start = new long[Lengths.Length], count = new long[Lengths.Length];
        Array.Fill(count, 1);
        (start[X], count[X]) = (box.X, box.Width);
        (start[Y], count[Y]) = (box.Y, box.Height);
        (start[Channel], count[Channel]) =
            (IsReversed ? ChannelCount - box.Channel - box.ChannelCount : box.Channel, box.ChannelCount);
        if (!IsReversed && X < Y && Y < Channel)
        {
            image.Read(start, count, destination);
            return;
        }
        T[] stored = new T[box.Length];
        image.Read<T>(start, count, stored);
        int strideX = Stride(X), strideY = Stride(Y), strideChannel = Stride(Channel), next = 0;
        for (int channel = 0; channel < box.ChannelCount; channel++)
            for (int y = 0; y < box.Height; y++)
                for (int x = 0; x < box.Width; x++)
                    destination[next++] = stored[(x * strideX) + (y * strideY)
                        + ((IsReversed ? box.ChannelCount - 1 - channel : channel) * strideChannel)];

        int Stride(int axis) => (int)count.Take(axis).Aggregate(1L, (product, length) => product * length);
    }
}
