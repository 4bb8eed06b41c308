namespace Pile.Builders.Sources.CubeSpectrum;

/// <summary>A part of a cube: columns, rows and channels, counted from 0, the channels by ascending wavelength. Its voxels are in the order
/// [channel, y, x].</summary>
internal readonly record struct VoxelBox(int X, int Y, int Channel, int Width, int Height, int ChannelCount)
{
    internal int PlaneLength => Width * Height;

    internal int Length => PlaneLength * ChannelCount;

    /// <summary>The same columns and rows in other channels.</summary>
    internal VoxelBox At(int channel, int channelCount) => this with { Channel = channel, ChannelCount = channelCount };

    /// <summary>The place of a spaxel in a plane; −1 if the box does not have it.</summary>
    internal int IndexOf(long x, long y) => x >= X && x < X + Width && y >= Y && y < Y + Height ? (int)(((y - Y) * Width) + (x - X)) : -1;
}
