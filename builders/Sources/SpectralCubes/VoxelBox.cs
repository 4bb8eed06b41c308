namespace Pile.Builders.Sources.SpectralCubes;

/// <summary>A box of voxels: columns, rows and channels, counted from 0, the channels by ascending wavelength.</summary>
/// <remarks>The voxels are in the order [channel, y, x].</remarks>
internal readonly record struct VoxelBox(int X, int Y, int Channel, int Width, int Height, int ChannelCount)
{
    internal int PlaneLength => Width * Height;

    internal int Length => PlaneLength * ChannelCount;

    /// <summary>Returns the box with the same columns and rows in other channels.</summary>
    internal VoxelBox At(int channel, int channelCount) => this with { Channel = channel, ChannelCount = channelCount };

    /// <summary>Returns the index of a spaxel in a plane; −1 if it is outside of the box.</summary>
    internal int IndexOf(long x, long y) => x >= X && x < X + Width && y >= Y && y < Y + Height ? (int)(((y - Y) * Width) + (x - X)) : -1;
}
