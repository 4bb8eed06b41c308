namespace Pile.Hdf5;

/// <summary>Creates the errors about the structures of one file.</summary>
internal abstract class StructureErrors(string path)
{
    /// <summary>The given path of the file.</summary>
    internal string Path => path;

    /// <summary>States why a structure that HDF5 allows is not read.</summary>
    protected abstract string Restriction { get; }

    /// <summary>Creates the error for an invalid structure.</summary>
    internal Hdf5Exception Invalid(string structure, long address, string? item, string finding) =>
        new(path, item, $"{structure} at byte {OffsetOf(address)}: {finding}");

    /// <summary>Creates the error for a structure that HDF5 allows and this reader does not.</summary>
    internal Hdf5Exception Unsupported(string structure, long address, string? item, string finding) =>
        new(path, item, $"{structure} at byte {OffsetOf(address)}: {finding}; {Restriction}") { IsUnsupported = true };

    /// <summary>Converts an address in the file to the offset of its byte.</summary>
    protected virtual long OffsetOf(long address) => address;
}
