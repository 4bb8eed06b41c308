using Pile.Fits;
using Pile.Sky;

namespace Pile.Builders.Sources.SkyImages;

/// <summary>The metadata of a frame or cube from its headers, without the pixels. Safe to use from any thread.</summary>
internal interface ISkyImage
{
    string Path { get; }

    /// <summary>The index among the recipe's files, from 0.</summary>
    int Number { get; }

    int HduIndex { get; }

    FitsHeader Header { get; }

    /// <summary>Pixels along x on the sky.</summary>
    long Width { get; }

    /// <summary>Pixels along y on the sky.</summary>
    long Height { get; }

    /// <summary>From ICRS to the system of the image's WCS.</summary>
    FrameConversion FromIcrs { get; }

    /// <summary>A circle that contains the image.</summary>
    SkyCap Footprint { get; }
}
