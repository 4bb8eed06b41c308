using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Pile.TestKit;
using PureHDF;

namespace Pile.Hdf5.Tests.Reading;

/// <summary>PureHDF, the HDF5 reader that .NET programs usually have, reads shards of every kind with the values that h5py reads.</summary>
public class PureHdfTests
{
    private const string Dump = """
        import hashlib, struct, h5py, numpy as np
        def value(x):
            if isinstance(x, (str, bytes)): return 't' + (x.encode() if isinstance(x, str) else x).hex()
            return 'f' + struct.pack('<d', x).hex() if isinstance(x, np.floating) else 'i' + str(int(x))
        def attributes(place, owner):
            for name in sorted(owner.attrs):
                v = owner.attrs[name]
                values = [v] if np.ndim(v) == 0 else list(v)
                yield f'{place}@{name} ' + ' '.join(value(x) for x in values)
        def dump(path):
            with h5py.File(path, 'r') as f:
                yield from attributes('', f)
                for name in sorted(f, key=str.encode):
                    d = f[name]
                    yield f'{name} {list(d.shape)} {d.dtype.itemsize} {hashlib.sha256(d[()].tobytes()).hexdigest()}'
                    yield from attributes(name, d)

        """;

    public static TheoryData<string> Samples => [.. Directory.GetDirectories(Folder).Select(f => Path.GetFileName(f)!)
        .Where(name => ShardsOf(name).Length > 0).Order(StringComparer.Ordinal)];

    private static string Folder => Path.Combine(TestPaths.Root, "format-spec", "conformance", "v1", "valid");

    [Theory]
    [MemberData(nameof(Samples))]
    public void PureHDF_reads_the_values_of_h5py(string sample)
    {
        string[] shards = ShardsOf(sample), expected = H5pyDump.Of(Dump, shards);
        Assert.All(shards.Zip(expected), pair => Assert.Equal(pair.Second, TextOf(pair.First)));
    }

    private static string[] ShardsOf(string sample) =>
        [.. Directory.GetFiles(Path.Combine(Folder, sample), "*.hdf5", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private static string TextOf(string path)
    {
        StringBuilder text = new();
        using PureHDF.VOL.Native.NativeFile file = H5File.OpenRead(path);
        Append(text, "", file.Attributes());
        foreach (IH5Dataset dataset in file.Children().Cast<IH5Dataset>().OrderBy(d => d.Name, Utf8Order))
        {
            byte[] values = BytesOf(dataset);
            string shape = string.Join(", ", dataset.Space.Dimensions);
            text.Append(CultureInfo.InvariantCulture, $"{dataset.Name} [{shape}] {dataset.Type.Size} ")
                .Append(Convert.ToHexStringLower(SHA256.HashData(values))).Append('\n');
            Append(text, dataset.Name, dataset.Attributes());
        }
        return text.ToString();
    }

    private static Comparer<string> Utf8Order => Comparer<string>.Create((a, b) =>
        Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b)));

    private static byte[] BytesOf(IH5Dataset dataset)
    {
        ulong count = dataset.Space.Dimensions.Aggregate(1UL, (product, length) => product * length);
        if (count == 0)
            return [];
        if (dataset.Type.Class is H5DataTypeClass.String)
            return TextBytes(Flat<string>(dataset), dataset.Type.Size);
        return (dataset.Type.Class, dataset.Type.Size) switch
        {
            (H5DataTypeClass.FloatingPoint, 4) => Bytes(Flat<float>(dataset)),
            (H5DataTypeClass.FloatingPoint, 8) => Bytes(Flat<double>(dataset)),
            (_, 1) => Flat<byte>(dataset),
            (_, 2) => Bytes(Flat<short>(dataset)),
            (_, 4) => Bytes(Flat<int>(dataset)),
            (_, 8) => Bytes(Flat<long>(dataset)),
            var other => throw new InvalidOperationException($"'{dataset.Name}' has the unexpected type {other}."),
        };
    }

    // PureHDF fills arrays of any rank; a flat one has the values in the order of the file.
    private static T[] Flat<T>(IH5Dataset dataset) => dataset.Read<T[]>(memoryDims: [dataset.Space.Dimensions.Aggregate((a, b) => a * b)]);

    private static byte[] Bytes<T>(T[] values) where T : unmanaged => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();

    private static byte[] TextBytes(string[] texts, int size)
    {
        byte[] bytes = new byte[texts.Length * size];
        for (int i = 0; i < texts.Length; i++)
            Encoding.UTF8.GetBytes(texts[i], bytes.AsSpan(i * size, size));
        return bytes;
    }

    private static void Append(StringBuilder text, string place, IEnumerable<IH5Attribute> attributes)
    {
        foreach (IH5Attribute attribute in attributes.OrderBy(a => a.Name, StringComparer.Ordinal))
            text.Append($"{place}@{attribute.Name} {string.Join(' ', ValuesOf(attribute))}\n");
    }

    private static IEnumerable<string> ValuesOf(IH5Attribute attribute) => attribute.Type.Class switch
    {
        H5DataTypeClass.String or H5DataTypeClass.VariableLength =>
            All<string>(attribute).Select(v => "t" + Convert.ToHexStringLower(Encoding.UTF8.GetBytes(v))),
        H5DataTypeClass.FloatingPoint => All<double>(attribute).Select(v => "f" + Convert.ToHexStringLower(BitConverter.GetBytes(v))),
        _ when attribute.Type.Size == 1 => All<byte>(attribute).Select(v => $"i{v}"),
        _ => All<long>(attribute).Select(v => $"i{v}"),
    };

    private static T[] All<T>(IH5Attribute attribute) =>
        attribute.Space.Type is H5DataspaceType.Scalar ? [attribute.Read<T>()] : attribute.Read<T[]>();
}
