using Pile.Format.Yaml;

namespace Pile.Builders.Sources.SkyImages;

/// <summary>Reads the size of images in a recipe.</summary>
internal static class ImageSize
{
    private const int Largest = 16384;

    /// <summary>Reads one number of pixels, or two: [ny, nx].</summary>
    internal static (int Height, int Width) Read(YamlNode node) => node is not YamlList list ? (Length(node), Length(node))
        : list.Items.Length == 2 ? (Length(list.Items[0]), Length(list.Items[1]))
            : throw node.Invalid("expected one number of pixels, or two: [ny, nx]");

    private static int Length(YamlNode node) => node.AsScalar().AsInt64() is >= 1 and <= Largest and var pixels
        ? (int)pixels : throw node.Invalid($"expected 1 to {Largest} pixels");
}
