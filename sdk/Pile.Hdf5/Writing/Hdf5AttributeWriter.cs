using System.Runtime.InteropServices;
using System.Text;
using Pile.Format;
using Pile.Hdf5.Native;

namespace Pile.Hdf5;

/// <summary>Writes the attributes of one file or dataset, with the types that h5py uses for Python's own types.</summary>
/// <remarks>In this format, an attribute has less than 64 KB without its texts, which are stored separately.</remarks>
internal sealed class Hdf5AttributeWriter
{
    private readonly Hdf5Handle owner;
    private readonly Hdf5Location location;
    private readonly HashSet<string> names = new(StringComparer.Ordinal);

    internal Hdf5AttributeWriter(Hdf5Handle owner, Hdf5Location location) => (this.owner, this.location) = (owner, location);

    /// <summary>Writes a text as a variable-length UTF-8 string, which h5py returns as <c>str</c>.</summary>
    /// <exception cref="ArgumentException">The name exists or is not valid, or
    /// the text contains a NUL, at which HDF5 would truncate it.</exception>
    /// <exception cref="Hdf5Exception">The library reports an error.</exception>
    internal void Write(string name, string value) => WriteTexts(name, [value], isArray: false);

    /// <summary>Writes a one-dimensional array of texts.</summary>
    internal void Write(string name, ReadOnlySpan<string> values) => WriteTexts(name, values, isArray: true);

    /// <summary>Writes an int64.</summary>
    internal void Write(string name, long value) => WriteNumbers<long>(name, [value], isArray: false);

    /// <summary>Writes a one-dimensional array of int64.</summary>
    internal void Write(string name, ReadOnlySpan<long> values) => WriteNumbers(name, values, isArray: true);

    /// <summary>Writes a float64.</summary>
    internal void Write(string name, double value) => WriteNumbers<double>(name, [value], isArray: false);

    /// <summary>Writes a one-dimensional array of float64.</summary>
    internal void Write(string name, ReadOnlySpan<double> values) => WriteNumbers(name, values, isArray: true);

    /// <summary>Writes a boolean, in h5py's enumeration.</summary>
    internal void Write(string name, bool value) => WriteNumbers<bool>(name, [value], isArray: false);

    /// <summary>Writes a one-dimensional array of booleans, in h5py's enumeration.</summary>
    internal void Write(string name, ReadOnlySpan<bool> values) => WriteNumbers(name, values, isArray: true);

    private void WriteNumbers<T>(string name, ReadOnlySpan<T> values, bool isArray) where T : unmanaged
    {
        using (Hdf5Library.Enter())
        {
            using TypeHandle type = Hdf5Types.Create(DTypes.Of<T>());
            Write(name, type, isArray ? values.Length : null, MemoryMarshal.AsBytes(values));
        }
    }

    private unsafe void WriteTexts(string name, ReadOnlySpan<string> values, bool isArray)
    {
        int[] starts = new int[values.Length];
        int bytes = 0;
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i].Contains('\0', StringComparison.Ordinal))
                throw new ArgumentException($"The text of attribute '{name}' must not contain a NUL, at which HDF5 would truncate it.",
                    nameof(values));
            starts[i] = bytes;
            bytes += Encoding.UTF8.GetByteCount(values[i]) + 1;
        }
        byte[] texts = new byte[bytes];
        for (int i = 0; i < values.Length; i++)
            Encoding.UTF8.GetBytes(values[i], texts.AsSpan(starts[i]));
        fixed (byte* first = texts)
        {
            nint[] pointers = new nint[values.Length];
            for (int i = 0; i < values.Length; i++)
                pointers[i] = (nint)(first + starts[i]);
            using (Hdf5Library.Enter())
            {
                Write(name, Hdf5Shared.VariableStringOf(location), isArray ? values.Length : null, MemoryMarshal.AsBytes<nint>(pointers));
            }
        }
    }

    private void Write(string name, TypeHandle type, int? length, ReadOnlySpan<byte> values)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!names.Add(name))
            throw new ArgumentException($"Attribute '{name}' already exists.", nameof(name));
        Hdf5Location at = location with { Item = location.Item is null ? $"@{name}" : $"{location.Item}@{name}" };
        using SpaceHandle? array = length is { } n ? at.Check(Hdf5Native.CreateSpace(1, [(ulong)n], []), "creating an attribute") : null;
        using AttributeHandle attribute = at.Check(Hdf5Native.CreateAttribute(owner, name, type, array ?? Hdf5Shared.ScalarOf(at),
            Hdf5Shared.AttributeCreationOf(at), 0), "creating an attribute");
        if (values.Length > 0)
            at.Check(Hdf5Native.Write(attribute, type, values), "writing an attribute");
    }
}
