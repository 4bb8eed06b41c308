using Pile.Storage;

namespace Pile.Rasters;

/// <summary>A raster file to open.</summary>
internal sealed record RasterUnit
{
    /// <summary>The store with the file.</summary>
    public required IFileStore Store { get; init; }

    /// <summary>The path of the file in the store.</summary>
    public required string Path { get; init; }

    /// <summary>The layer of a file with several, such as a netCDF variable; null if the file has one, or its layout names it.</summary>
    public string? Layer
    {
        get => field ?? Layout?.Layer;
        init;
    }

    /// <summary>The length of the file in bytes; null if it is not known.</summary>
    public long? LengthBytes { get; init; }

    /// <summary>The expected entity tag of a remote file; null if it is not known.</summary>
    public string? ETag { get; init; }

    /// <summary>The known layout; null to read the file's header. With all offsets of blocks, opening reads nothing.</summary>
    public RasterLayout? Layout { get; init; }

    /// <summary>The file's name for messages.</summary>
    internal string Location => Store.Address.Length is 0 ? Name : $"{Store.Address.TrimEnd('/')}/{Name}";

    private string Name => Layer is null ? Path : $"{Path}#{Layer}";
}
