namespace Pile.Hdf5.Native;

/// <summary>Objects of the library that all files use and that nothing changes; they are never closed. A shard has some hundred datasets
/// and attributes, and most of their time was spent on making and closing these objects. Use them while in
/// <see cref="Hdf5Library.Enter"/>.</summary>
internal static class Hdf5Shared
{
    private static SpaceHandle? scalar;
    private static TypeHandle? variableString;
    private static PropertyHandle? attributeCreation, linkCreation, contiguousCreation;

    /// <summary>The number of types, which the library counts among its open objects.</summary>
    internal static int TypeCount => variableString is null ? 0 : 1;

    /// <summary>The dataspace of a scalar.</summary>
    internal static SpaceHandle ScalarOf(Hdf5Location at) => scalar ??= at.Check(Hdf5Native.CreateSpace(0), "creating a dataspace");

    /// <summary>The type of UTF-8 strings of variable length, each a pointer in memory.</summary>
    internal static TypeHandle VariableStringOf(Hdf5Location at) =>
        variableString ??= at.Check(Hdf5Types.CreateVariableString(), "creating a type of texts");

    /// <summary>The properties of attributes: names in UTF-8.</summary>
    internal static PropertyHandle AttributeCreationOf(Hdf5Location at) => attributeCreation ??= Utf8("H5P_CLS_ATTRIBUTE_CREATE", at);

    /// <summary>The properties of links: names in UTF-8.</summary>
    internal static PropertyHandle LinkCreationOf(Hdf5Location at) => linkCreation ??= Utf8("H5P_CLS_LINK_CREATE", at);

    /// <summary>The properties of contiguous datasets.</summary>
    internal static PropertyHandle ContiguousCreationOf(Hdf5Location at)
    {
        if (contiguousCreation is not null)
            return contiguousCreation;
        PropertyHandle creation = Hdf5Library.Properties("H5P_CLS_DATASET_CREATE");
        at.Check(Hdf5Native.SetTrackTimes(creation, 0), "disabling timestamps");
        at.Check(Hdf5Native.SetAllocationTime(creation, Hdf5Native.AllocateEarly), "setting the layout");
        return contiguousCreation = creation;
    }

    private static PropertyHandle Utf8(string propertyClass, Hdf5Location at)
    {
        PropertyHandle creation = Hdf5Library.Properties(propertyClass);
        at.Check(Hdf5Native.SetNameEncoding(creation, Hdf5Native.Utf8), "setting the encoding of names");
        return creation;
    }
}
