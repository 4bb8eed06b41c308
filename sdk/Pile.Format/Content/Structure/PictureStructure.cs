namespace Pile.Format;

/// <summary>Finds damage of picture files that needs no decoder.</summary>
internal static class PictureStructure
{
    /// <summary>Checks a complete file whose header is valid.</summary>
    /// <param name="type">The type by the first bytes; types other than PNG and JPEG are not checked.</param>
    /// <param name="file">The file.</param>
    /// <exception cref="HeaderFaultException">The file is damaged or truncated.</exception>
    internal static void Check(MediaType type, ReadOnlySpan<byte> file)
    {
        if (type == MediaType.Png)
            PngStructure.Check(file);
        else if (type == MediaType.Jpeg)
            JpegStructure.Check(file);
    }
}
